class Level:
    def __init__(self, name):
        self.name = name


class Missing:
    pass


LOW, HIGH = Level("low"), Level("high")
MISSING = Missing()
EMPTY = object()
count = Level("none")


def find(table, key):
    return table.get(key, MISSING)
