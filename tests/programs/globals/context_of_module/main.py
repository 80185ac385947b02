# needs Python 3.7
"""A context variable of a module holds what the program has set, for all that have it."""
import other
from clustrix import cluster
from settings import current, level


@cluster
def ask():
    return current(), other.current(), level.get()


if __name__ == "__main__":
    level.set(2)
    print(ask())
