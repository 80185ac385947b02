# needs Python 3.10
"""Objects that the standard library knows by their identity, used in class bodies and defaults."""

import dataclasses
import json
from dataclasses import KW_ONLY, MISSING, InitVar, dataclass, field

from clustrix import cluster


@dataclass
class Base:
    name: str = "n"


@dataclass
class Job(Base):
    _: KW_ONLY
    size: int = 1
    seed: InitVar[int] = 2
    total: int = field(init=False, default=0)

    def __post_init__(self, seed):
        self.total = self.size * seed


def has_default(one, nothing=MISSING):
    return one.default is not nothing, nothing is dataclasses.MISSING, one.default_factory is MISSING


@cluster(cores=1)
def read(job):
    return [job.total, Job("x", size=4).total, [has_default(one) for one in dataclasses.fields(Job)]]


if __name__ == "__main__":
    print(json.dumps(read(Job(size=3, seed=5))))
