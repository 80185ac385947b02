import json

from clustrix import cluster


class Registry(type):
    """Its data holds classes that are made with another one, which is met first."""

    known = {}

    def __init__(cls, name, bases, content, key=None):
        super().__init__(name, bases, content)
        if key:
            assert key not in Registry.known, key
            Registry.known[key] = cls

    def __new__(mcs, name, bases, content, key=None):
        return super().__new__(mcs, name, bases, content)

    def __getitem__(cls, key):
        return Registry.known[key]


class Field(metaclass=Registry):
    def load(self):
        return "field"


class Int(Field, key="int"):
    def load(self):
        return "int of " + super().load()


KINDS = {}


class Unit:
    kinds = KINDS


class Metre(Unit):
    name = "m"


KINDS["m"] = Metre


def local():
    table = {}

    class Root:
        listed = table

    class Leaf(Root):
        pass

    class Twig(Root):
        too = table

    table["leaf"], table["twig"] = Leaf, Twig
    return Root, Leaf, Twig


Root, Leaf, Twig = local()


@cluster(cores=1)
def job(given):
    return [
        Field["int"]().load(), sorted(Registry.known), Registry.known["int"] is Int, type(given) is Int,
        Unit.kinds["m"] is Metre, Unit.kinds is KINDS, Root.listed["leaf"] is Leaf,
        Root.listed["twig"] is Twig, Twig.too is Root.listed, Root.__subclasses__() == [Leaf, Twig],
    ]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(job(Int())))
