"""What a function says of where it stands, under a decorator too; context variables, where the Pythons are the same."""

import contextvars
import inspect
import sys

from clustrix import cluster

current = contextvars.ContextVar("current", default="none")


def mark(function):
    return function


@mark
def helper(first, second=2):
    return first + second


@cluster(cores=1)
def placed():
    return inspect.getsourcelines(helper)[0][0], helper.__code__.co_firstlineno


@cluster(cores=1)
def in_context():
    token = current.set("there")
    return current.get(), current.reset(token), current.get()


if __name__ == "__main__":
    print(placed())
    try:
        print(in_context())
    except Exception as error:
        print("needs Python 3.7" in str(error) and ("there", None, "none"), file=sys.stdout)
