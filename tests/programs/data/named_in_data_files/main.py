"""Files and modules that only the text of another file names: a table of samples, a configuration that extends one, a class to be made."""
import configparser
import csv
import glob
import importlib
import json
import os
import sys

from clustrix import cluster


def load(path):
    with open(path) as stream:
        found = json.load(stream)
    above = found.pop("extends", None)
    return dict(load(os.path.join(os.path.dirname(path), above + ".json")), **found) if above else found


def make(words):
    module, _, name = words["kind"].rpartition(".")
    return getattr(importlib.import_module(module), name)(words["size"])


@cluster
def samples(sheet):
    with open(sheet) as stream:
        rows = list(csv.DictReader(stream))
    found = {}
    for row in rows:
        with open(os.path.join(os.path.dirname(sheet), row["file"])) as stream:
            found[row["name"]] = stream.read().strip()
    return found


@cluster
def configured(path):
    words = load(path)
    with open(words["input"]) as stream:
        return [make(words).show(), words["depth"], stream.read().strip()]


@cluster
def in_named_folders(path):
    config = configparser.ConfigParser()
    config.read(path)
    told = config["measured"]
    found = []
    for name in told["files"].split(","):
        with open(os.path.join(told["folder"], told["part"], name.strip())) as stream:
            found.append(stream.read().strip())
    return found + sorted(map(os.path.basename, glob.glob(os.path.join(told["folder"], "*.csv"))))


if __name__ == "__main__":
    print(json.dumps(samples("runs/sheet.csv"), sort_keys=True))
    print(json.dumps(configured(sys.argv[1] if len(sys.argv) > 1 else "runs/deep/fit.json")))
    print(json.dumps(in_named_folders("study.ini")))
