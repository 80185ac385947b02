class Level:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return "Level(%s)" % self.name


class Unset:
    pass


LOW = Level("low")
HIGH = Level("high")
UNSET = Unset()
current = LOW


def is_low(level):
    return level is LOW


def choose(level):
    global current
    current = level
