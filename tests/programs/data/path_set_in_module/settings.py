import os

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.getcwd()
TABLE = ""


def read(name):
    with open(os.path.join(HERE, name)) as stream:
        return stream.read()
