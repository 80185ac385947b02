import importlib
import json

from clustrix import cluster


@cluster(cores=1)
def run(model, kind):
    made = importlib.import_module("model_" + model)
    return made.fit(1), importlib.import_module("readers.read_" + kind).KIND, importlib.import_module(f"model_{model}").__name__


@cluster(cores=1, include=["others"])
def untold(names):
    return [__import__(name, fromlist=["x"]).NAME for name in names]


if __name__ == "__main__":
    print(json.dumps([run("ols", "csv"), run("ridge", "tsv"), untold(["others.one", "others.deep.two"])]))
