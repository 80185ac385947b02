"""A function reads a pickle whose classes only whoever has written it has imported."""
import os
import pickle
from clustrix import cluster

HERE = os.path.dirname(os.path.abspath(__file__))


class Model:
    class Part:
        def __init__(self, weight):
            self.weight = weight

    def __init__(self, *weights):
        self.parts = [Model.Part(weight) for weight in weights]

    def predict(self, x):
        from features.scaling import scaled
        return [scaled(basis(x) * part.weight) for part in self.parts]


def basis(x):
    return x + 1


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


def prepare_own():
    for protocol in (0, 2, 4):
        with open(os.path.join(HERE, "own-%d.pkl" % protocol), "wb") as stream:
            pickle.dump([Model(1, 2), basis], stream, protocol)


@cluster
def predict_by_own(x):
    found = []
    for protocol in "024":
        with open(os.path.join(HERE, "own-%s.pkl" % protocol), "rb") as stream:
            model, function = pickle.load(stream)
        found.append(model.predict(x) + [function(x)])
    return found


if __name__ == "__main__":
    prepare()
    print(predict(9))
    prepare_own()
    print(predict_by_own(2))
