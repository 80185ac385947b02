"""Modules are imported that settings name: an object's attributes, several names in one text."""
import argparse
import configparser
import importlib
from clustrix import cluster

settings = configparser.ConfigParser()
settings.read("run.ini")


@cluster
def work(words, x):
    found = [importlib.import_module(one).run(x) for one in settings["run"]["steps"].split()]
    return found + [importlib.import_module(words.model).fit(x)]


if __name__ == "__main__":
    print(work(argparse.Namespace(model="ridge"), 2))
