class Meta(type):
    def __iter__(cls):
        return iter(("a", "b"))


class Model(metaclass=Meta):
    temporary = 1
    kept = 2

    def old(self):
        return "old"


def volume():
    """Volume."""


def area():
    """Area."""
