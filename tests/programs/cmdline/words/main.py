# run: main.py fast --n 9 rows.txt
import argparse
import fileinput
import multiprocessing
import optparse
import sys as system

import asked
from clustrix import cluster


def words():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode")
    parser.add_argument("rows")
    parser.add_argument("--n", type=int, default=5)
    return parser


def started_with():
    return getattr(system, "argv")[1:]


def put_started_with(queue):
    queue.put(started_with())


@cluster
def parsed():
    given = words().parse_args()
    parser = optparse.OptionParser()
    parser.add_option("--n")
    return given.mode, given.n, words().prog, parser.parse_args()[0].n, started_with(), asked.WORDS


@cluster
def rows():
    return list(fileinput.input(words().parse_args().rows)), list(fileinput.input(system.argv[4:]))


@cluster
def in_a_new_process():
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    child = context.Process(target=put_started_with, args=(queue,))
    child.start()
    found = queue.get(timeout=60)
    child.join()
    return found


@cluster
def each(number):
    return number, words().parse_args().n


if __name__ == "__main__":
    print(parsed())
    print(rows())
    print(in_a_new_process())
    print(list(each.map([1, 2, 3])))
