"""What the function has put in the place of stdout and stderr may stay there, and need not be whole."""
import os
import sys

from clustrix import cluster


class Tee:
    def __init__(self, stream):
        self.stream, self.written = stream, []

    def write(self, text):
        self.written.append(text)
        self.stream.write(text)


@cluster
def tee():
    sys.stdout = Tee(sys.stdout)
    print("twice")
    sys.stderr = None  # to which Python would tell that it cannot be flushed
    return sys.stdout.written


@cluster
def closes():
    print("before", flush=True)
    sys.stdout = open(os.devnull, "w")
    sys.stderr = None
    return "still here"


@cluster
def both_none():
    sys.stdout = sys.stderr = None
    return "quiet"


if __name__ == "__main__":
    home = sys.stdout, sys.stderr
    for function in (tee, closes, both_none):
        value = function()
        sys.stdout, sys.stderr = home
        print(value)
