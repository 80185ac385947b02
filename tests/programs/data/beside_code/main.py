"""Data that is found by way of where code lies: a frame's file, a function's, a class's."""
import json

from clustrix import cluster
from store import tables


@cluster
def ask():
    return tables.by_frame(), tables.by_function(), tables.by_class(), tables.first_line()


if __name__ == "__main__":
    print(json.dumps(ask()))
