"""What ``unittest.mock`` says of calls, which answers to whatever it is asked; and a tuple of one's own that does."""
from unittest.mock import ANY, Mock, call
from clustrix import cluster


class Row(tuple):
    def __new__(cls, names, values):
        made = super().__new__(cls, values)
        made.names = names
        return made

    def __getattr__(self, name):
        return self[self.names.index(name)]


expected, row = call(5), Row(["x", "y"], (1, 2))


@cluster
def look():
    mock = Mock()
    mock(5)
    return [mock.call_args == call(5), mock.call_args == call(ANY), mock.call_args == expected, row.x, row.y, row.names]


if __name__ == "__main__":
    print(look())
