"""What stands in another file of the standard library in another Python goes by the name that people import it by."""

import json
from bisect import insort
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from json import JSONDecodeError, dumps, loads
from multiprocessing import Process, Queue
from os.path import join, splitext
from queue import Empty
from unittest import TestCase

from clustrix import cluster

try:
    from importlib.resources import files
except ImportError:
    files = None


class Case(TestCase):
    def runTest(self):
        self.assertEqual(join("a", "b"), "a/b")


@cluster
def told():
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(loads, text) for text in ("1", "{")]
        kinds = sorted(type(one.exception()).__name__ for one in as_completed(futures))
    numbers = [3, 1]
    insort(numbers, 2)
    return kinds, numbers, Case().run().wasSuccessful(), splitext("x.y"), dumps({}), Process is not Queue


@cluster
def kinds():
    return Future, JSONDecodeError, Empty, Process, splitext, json.loads


@cluster
def read():
    return files("json").joinpath("decoder.py").is_file() if files is not None else True


if __name__ == "__main__":
    print(told())
    print(kinds() == kinds.local())
    try:
        print(read())
    except Exception as error:
        print("needs Python 3.9" in str(error))
