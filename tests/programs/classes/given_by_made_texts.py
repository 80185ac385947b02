"""Methods whose text was put together: another Python cannot read their bytecode, and says so where one is called."""
from clustrix import cluster


def fields(*names):
    def decorate(kind):
        namespace = {}
        exec("def __init__(self, %s):\n" % ", ".join(names) + "".join("    self.%s = %s\n" % (one, one) for one in names), namespace)
        kind.__init__ = namespace["__init__"]
        return kind
    return decorate


@fields("x", "y")
class Row:
    def total(self):
        return self.x + self.y


@cluster
def uses(row):
    return row.total()


@cluster
def makes():
    return Row(3, 4).total()


if __name__ == "__main__":
    print(uses(Row(1, 2)))
    try:
        print(makes() == 7)
    except RuntimeError as error:
        told = str(error)
        print(told.startswith("Row.__init__() used by makes(), ") and " line 27: its source is not to be had" in told)
