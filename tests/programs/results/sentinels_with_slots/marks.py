"""Objects without a ``__dict__`` that are known by their identity."""


class Missing:
    __slots__ = ()

    def __bool__(self):
        return False


class Level:
    __slots__ = ("name", "_rank", "__secret")

    def __init__(self, name, rank):
        self.name, self._rank, self.__secret = name, rank, -rank

    def secret(self):
        return self.__secret


class Named(Level):
    pass


MISSING = Missing()
LOW, HIGH = Level("low", 1), Level("high", 2)
OTHER = Named("other", 3)


def find(table, key):
    return table.get(key, MISSING)


def level_of(name):
    return next(one for one in (LOW, HIGH, OTHER) if one.name == name)
