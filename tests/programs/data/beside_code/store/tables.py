import inspect
import os


class Table:
    pass


def read(file):
    with open(os.path.join(os.path.dirname(os.path.abspath(file)), "one.txt")) as stream:
        return stream.read()


def by_frame():
    return read(inspect.getfile(inspect.currentframe()))


def by_function():
    return read(by_frame.__code__.co_filename), read(inspect.getsourcefile(by_function))


def by_class():
    return read(inspect.getfile(Table))


def first_line():
    return inspect.getsource(Table).splitlines()[0]
