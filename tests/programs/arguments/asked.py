"""Objects whose class answers for attributes that they do not have, by those that they have."""
from clustrix import cluster


class Proxy:
    def __init__(self, target):
        self.target = target

    def __getattr__(self, name):
        return getattr(self.target, name)


class Record:
    __slots__ = ("_fields", "owner", "__own")

    def __init__(self, **fields):
        self._fields = fields
        self.__own = "own"

    def own(self):
        return self.__own

    def __getattr__(self, name):
        try:
            return self._fields[name]
        except KeyError:
            raise AttributeError(name)


class Anything:
    def __init__(self, path=()):
        self.path = path

    def __getattr__(self, name):
        return Anything(self.path + (name,))

    def __eq__(self, other):
        return self.path == other.path

    def __hash__(self):
        return hash(self.path)


@cluster
def use(proxy, record, anything):
    record.owner = [record, proxy]
    return proxy.count(1), record.x, anything.a.b.path, {Anything(("k",)): proxy}, record, Proxy([proxy])


if __name__ == "__main__":
    proxy = Proxy([1, 1, 2])
    count, x, path, table, record, outer = use(proxy, Record(x=3), Anything())
    print(count, x, path, table[Anything(("k",))].count(2), record.x, record.own(), record.owner[0] is record, outer.target[0].count(1))
