"""A package that the function starts as a program, and a module that only code for another interpreter names."""
import subprocess
import sys

from clustrix import cluster


@cluster
def report(word):
    shown = subprocess.check_output([sys.executable, "-m", "tools", word]).decode().strip()
    given = subprocess.check_output([sys.executable, "-c", "from tools import colors; print(colors.RED)"])
    return shown, given.decode().strip()


if __name__ == "__main__":
    print(report("x"))
