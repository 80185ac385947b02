import enum
import functools

from clustrix import cluster


class Fruit(str, enum.Enum):
    APPLE = "apple"
    PEAR = "pear"
    OTHER = "pear"

    def describe(self):
        return "a " + self.value

    @property
    def letters(self):
        return len(self.value)


class Level(enum.IntFlag):
    LOW = 1
    HIGH = enum.auto()
    BOTH = LOW | HIGH


class Op(enum.Enum):
    """Members of values that no copy is equal to."""

    ADD = [functools.partial(int.__add__)]
    MARK = object()


Fruit.price = {"apple": 3}
Fruit.cost = lambda self: Fruit.price[self.value]
Fruit.describe = lambda self: "one " + self.value
Fruit.letters = property(lambda self: "letters")
Level.unit = "dB"


@cluster
def job(fruit, level):
    return [fruit.cost(), fruit.describe(), fruit.letters, Fruit.OTHER is Fruit.PEAR, list(Fruit), Level.unit, level & Level.HIGH]


@cluster
def same(given):
    assert given[0] is Op.ADD and given[1] is Op.MARK
    return given


if __name__ == "__main__":
    Fruit.price["apple"] = 4
    print([str(one) for one in job(Fruit.APPLE, Level.BOTH)])
    back = same([Op.ADD, Op.MARK, Fruit.OTHER, Level.BOTH, ~Level.LOW & Level.BOTH])
    print(back[0] is Op.ADD, back[1] is Op.MARK, back[2] is Fruit.PEAR, back[3:] == [Level.BOTH, Level.HIGH])
