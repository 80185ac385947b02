"""Functions of a script's classes come home as those that the classes have here."""

from clustrix import cluster


def doubled(function):
    def inner(*given):
        return 2 * function(*given)

    return inner


class Scaler:
    def __init__(self, low):
        self.low = low

    def shift(self, x):
        return x - self.low

    @staticmethod
    def clip(x):
        return max(0, x)

    @doubled
    def twice(self, x):
        return x

    class Inner:
        @staticmethod
        def half(x):
            return x / 2

    @classmethod
    def of(cls, values):
        return cls(min(values))


@cluster(cores=1)
def choose(x):
    functions = {"shift": Scaler.shift, "clip": Scaler.clip, "half": Scaler.Inner.half, "twice": Scaler.twice}
    return functions, Scaler.of, lambda: Scaler.clip(x)


if __name__ == "__main__":
    functions, of, later = choose(-4)
    print(functions["shift"] is Scaler.shift, functions["clip"] is Scaler.clip, functions["half"] is Scaler.Inner.half)
    print(functions["twice"](Scaler(1), 4), of([3, 2]).low, later())
    print(functions["clip"](-3), functions["shift"](Scaler(2), 5))
