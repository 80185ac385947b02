# needs Python 3.8
import functools
import json
from clustrix import cluster


class Cached:
    @functools.cached_property
    def big(self):
        return 42


@cluster
def f(c):
    return [Cached().big, c.big, c]


if __name__ == "__main__":
    c = Cached()
    out = f(c)
    print(json.dumps([out[:2], out[2].big, sorted(vars(out[2]))]))
