"""Paths that a module makes when it is imported, and that the script sets to others: below its own folder, and elsewhere."""

import os

import settings

from clustrix import cluster

settings.HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables")
settings.OUT = "/scratch/out"
settings.TABLE = "tables/rates.csv"


@cluster
def told():
    with open(settings.TABLE) as stream:
        return os.path.basename(settings.HERE), settings.OUT, settings.read("rates.csv"), stream.read()


if __name__ == "__main__":
    print(told())
