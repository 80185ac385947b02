import enum

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


Fruit.price = {"apple": 3}
Fruit.cost = lambda self: Fruit.price[self.value]
Fruit.describe = lambda self: "one " + self.value
Fruit.letters = property(lambda self: "letters")
Level.unit = "dB"


@cluster
def job(fruit, level):
    return [fruit.cost(), fruit.describe(), fruit.letters, Fruit.OTHER is Fruit.PEAR, list(Fruit), Level.unit, level & Level.HIGH]


if __name__ == "__main__":
    Fruit.price["apple"] = 4
    print([str(one) for one in job(Fruit.APPLE, Level.BOTH)])
