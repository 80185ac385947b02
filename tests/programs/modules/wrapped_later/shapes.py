class Circle:
    unit = "m"

    def area(self):
        return 3

    def side(self):
        return 1

    def grow(self, k):
        return k

    @property
    def name(self):
        return "circle"

    @staticmethod
    def st(x):
        return x

    @classmethod
    def cm(cls, x):
        return [cls.unit, x]

    def __call__(self):
        return "call"

    def __len__(self):
        return 1

    def __iter__(self):
        return iter("abc")


class Base:
    def go(self):
        return "base"


class Derived(Base):
    pass


def load(x):
    return ["load", x]


def parse(x):
    return ["parse", x]


def twice(x):
    return [parse(x), parse("q")]


def made(x):
    return x


CONST = made(1)


def other(x):
    return ["other", x]


def uses(x):
    return other(x)
