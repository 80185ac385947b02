"""A function reads a pickle whose classes only whoever has written it has imported."""
import os
import pickle
from clustrix import cluster

HERE = os.path.dirname(os.path.abspath(__file__))


def prepare():
    from features.encoders import OneHot, clip
    for protocol in (0, 2, 4):
        with open(os.path.join(HERE, "model-%d.pkl" % protocol), "wb") as stream:
            pickle.dump({"encoder": OneHot("abc"), "clip": clip}, stream, protocol)


@cluster
def predict(x):
    found = []
    for name in ("model-0.pkl", "model-2.pkl", "model-4.pkl"):
        with open(os.path.join(HERE, name), "rb") as stream:
            model = pickle.load(stream)
        found.append([model["encoder"]("b"), model["clip"](x)])
    return found


if __name__ == "__main__":
    prepare()
    print(predict(9))
