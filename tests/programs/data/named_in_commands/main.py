import os
import subprocess

import counts

from clustrix import cluster

NAMES = "tables/one.txt tables/two.txt conf.ini"


@cluster
def told():
    first = subprocess.check_output("head -1 < conf.ini", shell=True).decode()
    os.system("cat tables/one.txt > copied && cat conf.ini >> copied")
    with open("copied") as stream:
        return first, counts.lines(), [len(open(name).read()) for name in NAMES.split()], stream.read()


if __name__ == "__main__":
    print(told())
