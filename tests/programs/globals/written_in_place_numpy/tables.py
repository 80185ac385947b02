import configparser

import numpy as np


class Layer:
    shared = np.ones(2)
    parser = configparser.ConfigParser()

    def __init__(self, weights):
        self.weights = weights


WEIGHTS = np.arange(4.0).reshape(2, 2)
MASK = WEIGHTS > 1
SUMS = WEIGHTS.sum(axis=0)
HELD = {"weights": WEIGHTS, "all": [MASK, SUMS]}
LAYER = Layer(WEIGHTS)
PAIR = WEIGHTS, MASK
FIRST = WEIGHTS[0]


def told():
    same = [HELD["weights"] is WEIGHTS, HELD["all"][0] is MASK, HELD["all"][1] is SUMS, LAYER.weights is WEIGHTS]
    return [WEIGHTS.tolist(), MASK.tolist(), SUMS.tolist(), FIRST.tolist(), PAIR[0].tolist(), PAIR[1].tolist(), same, Layer.shared.tolist(), Layer.parser.sections()]
