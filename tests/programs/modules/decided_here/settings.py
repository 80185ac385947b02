import datetime
import random
import time
import uuid
from dataclasses import dataclass

import numpy as np

RUN = uuid.uuid4().hex
LABEL = "run-" + RUN[:8]
SEEDS = [random.randrange(10**9) for _ in range(3)]
WEIGHTS = np.random.rand(3)
if random.random() < 0.5:
    SIDE = "left"

    def turned(x):
        return -x
else:
    SIDE = "right"

    def turned(x):
        return x


def stamp():
    return time.time()


STARTED = stamp()
START_SET_AGAIN = stamp()


def folder(root="data-" + RUN, *, seed=SEEDS[0]):
    return root, seed


class Store:
    prefix = "s-" + LABEL
    made = datetime.datetime.now()
    salt = random.getrandbits(64)


@dataclass
class Options:
    run: str = RUN
    size: int = 1


Store.late = uuid.uuid4().hex
ORDER = list(range(20))
random.shuffle(ORDER)
NOISE = np.random.normal(size=(500, 500))
TABLE = {}
for key in "ab":
    TABLE[key] = random.random()


class Walker:
    def __init__(self):
        self.at = random.random()


WALKERS = [Walker() for _ in range(2)]
