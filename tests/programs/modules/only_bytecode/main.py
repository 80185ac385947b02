"""A module of which only the bytecode is there; another Python than the one that made it says that it cannot read it."""

import json
import os
import py_compile
import sys
import tempfile

folder = tempfile.mkdtemp()
source = os.path.join(folder, "secret.py")
with open(source, "w") as stream:
    stream.write("from plain import three\nNAME = 'secret'\nLIMITS = [1]\n\n\ndef run(number):\n    import late\n    return number * three() + late.ONE\n")
py_compile.compile(source, cfile=os.path.join(folder, "secret.pyc"))
os.unlink(source)
sys.path.append(folder)
from clustrix import cluster
import secret

secret.LIMITS.append(2)


@cluster(cores=1)
def run(number):
    return [secret.NAME, secret.run(number), secret.LIMITS]


@cluster(cores=1)
def python():
    return sys.version_info[:2]


if __name__ == "__main__":
    try:
        print(json.dumps(run(2)))
    except Exception as error:
        if python() == sys.version_info[:2] or "module secret is there as bytecode only" not in str(error):
            raise
        print(json.dumps(["secret", 7, [1, 2]]))
