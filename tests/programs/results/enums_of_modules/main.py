"""Members of a module's Enum, several flags in one, and classes whose metaclass looks at their `__dict__`, come home as themselves."""
from chem import Bond, Model, Status
from clustrix import cluster


class Local(metaclass=type(Model)):
    pass


@cluster
def give():
    return {"status": Status.OK, "skip": Status.SKIP, "bond": Bond.SINGLE | Bond.DOUBLE, "model": Model, "local": Local, "made": Model()}


if __name__ == "__main__":
    got = give()
    print(got["status"] is Status.OK, got["skip"] is Status.SKIP, got["bond"] == Bond.SINGLE | Bond.DOUBLE, got["model"] is Model,
          got["local"] is Local, type(got["made"]) is Model)
