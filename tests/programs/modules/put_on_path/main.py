"""Functions that put folders on the path themselves before they import: beside the script, in the working folder, beside a module."""

import json
import os
import sys

from clustrix import cluster
import loader

HERE = os.path.dirname(os.path.abspath(__file__))
VENDOR = os.path.join(HERE, "vendor")


@cluster(cores=1)
def by_text():
    sys.path.insert(0, os.path.join(HERE, "lib"))
    import only_in_lib
    from boxed.inner import INNER

    sys.path.append("extra/more")
    import only_in_more

    return only_in_lib.NAME, INNER, only_in_more.name()


@cluster(cores=1)
def by_value():
    if VENDOR not in sys.path:
        sys.path.insert(0, VENDOR)
    import vendored

    return vendored.NAME


@cluster(cores=1)
def by_module():
    return loader.load()


if __name__ == "__main__":
    print(json.dumps([by_text(), by_value(), by_module()]))
