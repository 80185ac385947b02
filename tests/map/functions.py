"""What the maps of these tests call."""

import os
import signal
import time
from pathlib import Path


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other):
        return type(other) is Point and vars(other) == vars(self)


_made = 0


def count_calls(_):
    global _made
    _made += 1
    return _made


def kind_of(x):
    return type(x).__name__


def square(x):
    return x * x


def add(x, y):
    return x + y


def pid_of(x):
    return x, os.getpid()


def moved(point):
    return Point(point.x + 1, point.y)


def call_with(function, x):
    return function(x)


def length(values, x):
    return len(values) + x


def identity_of(values, x):
    return id(values)


def odd_ones_fail(x):
    if x % 2:
        raise ValueError(f"{x} is odd")
    return x


def die_at(x, when, how):
    if x == when:
        if how == "exit":
            os._exit(0)
        os.kill(os.getpid(), getattr(signal, how))
    return x, os.getpid()


def wait_for(path, x):
    while x and not Path(path).exists():
        time.sleep(0.01)
    return x


def note(folder, x):
    with open(f"{folder}/{x}", "a") as stream:
        stream.write("called\n")
    return x


def large(x):
    return b"x" * (3 << 20) + bytes([x])


def talk(x):
    print(f"this is call {x}")
    return x


def inverse(x):
    return 1 / x


def wait_until_there(path):
    while not Path(path).exists():
        time.sleep(0.01)
    return path


def die_at_first(folder, x, until=2):
    """End the process in all calls before this one."""
    path = Path(folder, str(x))
    with path.open("a") as stream:
        stream.write("called\n")
    if len(path.read_text().splitlines()) < until:
        os._exit(3)
    return x


def note_and_fail(folder, x):
    note(folder, x)
    raise ValueError("never")


def eat(megabytes):
    eaten = bytearray(megabytes << 20)
    eaten[::4096] = b"x" * len(eaten[::4096])
    return len(eaten) >> 20


def touch(path):
    Path(path).touch()
    return True


def meet(folder, x, count):
    """Wait until so many are there."""
    Path(folder, str(x)).touch()
    while len(os.listdir(folder)) < count:
        time.sleep(0.01)
    return x
