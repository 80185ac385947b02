"""Plugins of which one finds the other by a made-up name: both have registered here before the program takes out what they have."""

from app import events, plugins

from clustrix import cluster


@cluster
def run(x):
    return events.emit("start", x)


if __name__ == "__main__":
    print(run(1))
    for name in ("alpha", "beta"):
        plugins.load(name)
    print(run(2))
    del events.HANDLERS["start"][1:]
    print(run(3))
    del events.HANDLERS["start"][:]
    print(run(4))
