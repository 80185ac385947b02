"""``sys.modules[__name__] = Paths()`` in a module of a package: imported as ``conf.paths``, which it is nowhere a global of."""
import json

import conf
import conf.paths as paths
import worker
from clustrix import cluster


@cluster
def by_worker():
    return worker.job()


@cluster
def direct():
    return [worker.job(), paths is worker.paths, paths.mode, paths["data"], conf.NAME]


if __name__ == "__main__":
    print(json.dumps([by_worker(), direct()]))
    paths["data"] = "/big"
    paths.mode = "b"
    print(json.dumps([by_worker(), direct()]))
