import json

import conf
from clustrix import cluster


@cluster(cores=1)
def read(key):
    return conf.read(key)


if __name__ == "__main__":
    print(json.dumps(read("main")))
