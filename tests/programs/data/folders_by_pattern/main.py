import glob
import json
import os

from clustrix import cluster


@cluster(cores=1)
def read():
    found = []
    for folder in sorted(glob.glob("run_*")):
        with open(os.path.join(folder, "log.txt")) as stream:
            found.append(stream.read())
    return found, [os.listdir(one) for one in glob.glob(os.path.join("sims", "s*"))], [os.listdir(one) for one in glob.glob("sims/s*")]


if __name__ == "__main__":
    print(json.dumps(read()))
