# needs numpy
import numpy as np

from clustrix import cluster


class Quantity(np.ndarray):
    def __new__(cls, values, unit="1", **notes):
        made = np.asarray(values, dtype=float).view(cls)
        made.unit, made.notes = unit, notes
        return made

    def __array_finalize__(self, other):
        if other is not None:
            self.unit, self.notes = getattr(other, "unit", "1"), getattr(other, "notes", {})

    def to(self, unit, factor):
        return Quantity(np.asarray(self) * factor, unit, **self.notes)


class Bare(np.ndarray):
    pass


class Pickled(np.ndarray):
    def __reduce__(self):
        return pickled, (np.asarray(self).tolist(), getattr(self, "name", "") + "!")


def pickled(values, name):
    made = np.asarray(values).view(Pickled)
    made.name = name
    return made


LENGTHS = Quantity([1, 2], "m", by="me")
bare = np.arange(3).view(Bare)
bare.label = ["a"]


def told(value):
    return type(value).__name__, value.tolist(), value.dtype.name, vars(value)


@cluster
def here():
    return [told(LENGTHS), told(bare)]


@cluster
def given(value, table):
    return [told(value), told(table["x"]), value is table["x"], told(value[:1] + value[1:])]


@cluster
def converted(value):
    return value.to("cm", 100), value.reshape(2, 1), np.asarray(value)


@cluster
def named():
    made = np.arange(2).view(Pickled)
    made.name = "n"
    return made


if __name__ == "__main__":
    print(here())
    seconds = Quantity([[0.5], [1.5]], "s")
    print(given(seconds, {"x": seconds}))
    centimetres, column, plain = converted(LENGTHS)
    print(told(centimetres), told(column), type(plain).__name__)
    print(named().tolist())
