# needs numpy
import json
import numpy as np
from numpy.random import randint
from clustrix import cluster

@cluster
def draw():
    return np.random.rand(2).tolist() + [float(np.random.normal()), int(randint(0, 1000))]

if __name__ == "__main__":
    np.random.seed(3)
    print(json.dumps([draw(), float(np.random.rand()), draw(), draw()]))
