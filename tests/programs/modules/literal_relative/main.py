import importlib
import json
from importlib import import_module
from importlib.util import resolve_name

import kit.more
from clustrix import cluster


@cluster(cores=1)
def run(x):
    fast = importlib.import_module(".fast", package="kit.steps")
    slow = import_module(".slow", "kit.steps")
    far = import_module(".far", kit.more.__name__)
    top = import_module(name="..top", package="kit.more")
    return [fast.run(x), slow.run(x), far.run(x), top.NAME, resolve_name(".fast", "kit.steps")]


if __name__ == "__main__":
    print(json.dumps(run(2)))
