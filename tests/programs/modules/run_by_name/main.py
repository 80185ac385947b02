"""Modules that are run, or looked for, by their names: by runpy, by another Python, by find_spec."""

import importlib.util
import json
import os
import runpy
import subprocess
import sys

from clustrix import cluster

HERE = os.path.dirname(os.path.abspath(__file__))


@cluster(cores=1)
def run_here(name):
    return runpy.run_module("tools.one")["TEXT"], runpy.run_module("tools." + name)["TEXT"]


@cluster(cores=1)
def run_beside(word):
    by_name = subprocess.check_output([sys.executable, "-m", "tools.say", word])
    by_path = subprocess.check_output([sys.executable, os.path.join(HERE, "worker.py"), word])
    by_shell = subprocess.check_output("%s -m tools.shout %s" % (sys.executable, word), shell=True)
    return [one.decode().strip() for one in (by_name, by_path, by_shell)]


@cluster(cores=1)
def found():
    spec = importlib.util.find_spec("tools.part")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FIVE, importlib.util.find_spec("nothing_of_this_name") is None


if __name__ == "__main__":
    print(json.dumps([run_here("two"), run_beside("hi"), found()]))
