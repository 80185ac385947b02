"""Documentation that is written while the program runs, as decorators and registries do."""

import enum
import json
from typing import NamedTuple

from clustrix import cluster


class Bare:
    def run(self):
        return 1


class Told:
    """As written.

    With a second line.
    """


class Hit(NamedTuple):
    pos: int = 1


class Kept:
    """Kept.

    As it is.
    """


class Silent:
    """Nobody shall read it."""


class Colour(enum.Enum):
    """Paint."""

    RED = 1


def task(x):
    """Task."""
    return x


def bare(x):
    return x


def described(kind):
    kind.__doc__ = (kind.__doc__ or "") + " Found as {}.".format(kind.__name__)
    return kind


@described
class ByDecorator:
    """Decorated."""


@cluster(cores=1)
def read():
    docs = [one.__doc__ for one in (Bare, Told, Silent, Colour, ByDecorator, task, bare, Bare.run)]
    return docs, Kept.__doc__.split(), task.__name__, task.__qualname__, task.__annotations__, task.note, Hit().pos


if __name__ == "__main__":
    Bare.__doc__ = "Set later."
    Told.__doc__ += "And more."
    Silent.__doc__ = None
    Colour.__doc__ = "Other paint."
    Bare.run.__doc__ = "Runs."
    task.__doc__ = "Other task."
    task.__name__, task.__qualname__ = "job", "Outer.job"
    task.__annotations__ = {"x": int}
    task.note = "n"
    bare.__doc__ = "Now told."
    docs, kept, name, qualname, marks, note, pos = read()
    docs = [" ".join(doc.split()) if doc else doc for doc in docs]
    print(json.dumps([docs, kept, name, qualname, sorted(marks), note, pos]))
