# Absolute paths of data files, wherever in a value they stand: they are plain texts there, and what they are here when they come back.
import json, os
from pathlib import Path
from clustrix import cluster

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = os.path.join(HERE, "scripts", "tables")
FILES = {"one": os.path.join(TABLES, "one.txt"), "more": [(os.path.join(TABLES, "two.txt"),)]}
BY_PATH = {os.path.join(TABLES, "one.txt"): 1}


class Settings:
    def __init__(self):
        self.path = os.path.join(TABLES, "three.txt")
        self.folder = Path(TABLES)


settings = Settings()


def read(path):
    with open(path) as stream:
        return stream.read().strip()


@cluster
def f(paths, default=FILES["one"]):
    kinds = [type(one).__name__ for one in (TABLES, FILES["one"], settings.path, paths[0], default)]
    return [
        read(FILES["one"]), read(FILES["more"][0][0]), read(settings.path), read(settings.folder / "two.txt"), [read(one) for one in paths],
        read(default), BY_PATH[FILES["one"]], kinds, json.loads(json.dumps(FILES["one"])) in BY_PATH,
    ]  # fmt: skip


@cluster
def back():
    return [TABLES, {"made": os.path.join(TABLES, "made.txt"), FILES["one"] + ".bak": 1}, settings, [Path(TABLES) / "p"]]


if __name__ == "__main__":
    print(f([settings.path, FILES["one"]]))
    folder, made, came, paths = back()
    print(folder == TABLES, made == {"made": os.path.join(TABLES, "made.txt"), FILES["one"] + ".bak": 1})
    print(came.path == settings.path, came.folder == settings.folder, paths == [Path(TABLES) / "p"], type(folder))
