"""What is beneath str, int or tuple, makes itself, and holds more: in slots, or as `__getstate__` says."""
from clustrix import cluster


class Version(str):
    __slots__ = ("parts",)

    def __new__(cls, text):
        made = super().__new__(cls, text.strip())
        made.parts = tuple(int(part) for part in text.split("."))
        return made


class Bits(int):
    def __new__(cls, value, width=8):
        made = super().__new__(cls, value)
        made.width, made.cache = width, open
        return made

    def __getstate__(self):
        return {"width": self.width}

    def __str__(self):
        return format(int(self), "0%db" % self.width)


class Pair(tuple):
    def __new__(cls, left, right):
        return super().__new__(cls, (left, right))

    @property
    def left(self):
        return self[0]


@cluster
def told(version, bits, pair):
    return [version.parts, str(bits), hasattr(bits, "cache"), pair.left], version, Version("2.0"), Bits(6, 3), Pair(pair, 1)


if __name__ == "__main__":
    facts, same, version, bits, pair = told(Version("1.20"), Bits(5, 4), Pair(1, 2))
    print([facts[0], facts[1], facts[3]], same.parts, version.parts, str(bits), pair.left.left, type(pair.left) is Pair)
