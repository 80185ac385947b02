"""Data files that the code, its values and its arguments name."""

import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import kit
from clustrix import cluster

HERE = Path(__file__).resolve().parent
CONFIG = HERE / "tables" / "settings.json"
CSV = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables", "a.csv")


class Job:
    def __init__(self, path):
        self.path = path


@cluster(cores=1)
def constants(notes=str(HERE / "tables" / "notes.txt")):
    with open(CONFIG) as stream:
        return [json.load(stream), Path(CSV).read_text(), Path(notes).read_text(), (HERE / "top.txt").read_text()]


@cluster(cores=1)
def filled_in(name, count):
    runs = [Path(f"runs/{name}_{number:03d}.txt").read_text().strip() for number in range(count)]
    return [*runs, Path("%s.cfg" % name).read_text().strip(), Path("{}-more.md".format(name)).read_text().strip()]


@cluster(cores=1)
def words(path):
    with open(path) as stream:
        return stream.read().split()


@cluster(cores=1)
def of_job(job, others):
    return [job.path.read_text(), [Path(one).read_text() for one in others.values()]]


@cluster(cores=1)
def of_package():
    return [kit.table(), kit.names(), pkgutil.get_data("kit", "assets/" + "b.bin").decode()]


@cluster(cores=1)
def other_program(number):
    done = subprocess.run([sys.executable, "worker.py", str(number)], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.decode())


@cluster(cores=1)
def written(count):
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / str(number)).write_text(str(number))
    return sorted(one.read_text() for one in folder.iterdir())


if __name__ == "__main__":
    print(constants(), filled_in("exp", 2), of_package(), other_program(4), written(2))
    print(list(words.map(sorted(str(path) for path in Path("runs").glob("*.txt")))))
    print(of_job(Job(Path("exp.cfg")), {"a": "runs/exp_001.txt"}), words(str(Path("exp.cfg").resolve())))
