# needs Python 3.11
# refused: inverse\(\) 5|`pow\(\)` with a modulus and a negative exponent at newer_for_certain.py line 31 needs Python 3\.8; the cluster has 3\.6
# refused: divisor\(\) 6|`math.gcd\(\)` with 3 arguments at newer_for_certain.py line 36 needs Python 3\.9; the cluster has 3\.6
# refused: total\(\) 3|`collections.Counter.total` at newer_for_certain.py line 42 needs Python 3\.10; the cluster has 3\.
# refused: bits\(\) 2|`int.bit_count` at newer_for_certain.py line 47 needs Python 3\.10; the cluster has 3\.
# refused: root\(\) 2.0|`math.cbrt` at newer_for_certain.py line 54 needs Python 3\.11; the cluster has 3\.
# refused: mounted\(\) \[False, 1\]|`pathlib.Path.is_mount` at newer_for_certain.py line 63 needs Python 3\.7; the cluster has 3\.6
# refused: own\(\) \[1, 2, 2, 0.5, 4, 3, 5, True, \['a'\]\]
# refused: joined\(\) \{'a': 1, 'b': 2\}|`x \| y` of dicts at newer_for_certain.py line 70 needs Python 3\.9; the cluster has 3\.6
# refused: last\(\) b|`reversed\(\)` of a dict at newer_for_certain.py line 77 needs Python 3\.8; the cluster has 3\.6
import math
from collections import Counter, OrderedDict
from pathlib import Path

from clustrix import cluster

HERE = Path("nothing_of_this_name")
DEFAULTS = {"a": 1}


class Table:
    def is_mount(self):
        return 1

    def total(self):
        return 2


@cluster
def inverse():
    return pow(3, -1, 7)


@cluster
def divisor():
    return math.gcd(12, 18, 24)


@cluster
def total():
    counted = Counter("aab")
    return counted.total()


@cluster
def bits():
    return (5).bit_count()


@cluster
def root():
    import math as m

    return round(m.cbrt(8), 9)


@cluster
def mounted():
    def ask(folder):
        return folder.is_mount()

    inner = HERE / "inner"
    return [inner.is_mount(), ask(Table())]


@cluster
def joined():
    first, second = {"a": 1}, 2
    both = dict(b=second)
    return both and DEFAULTS | both


@cluster
def last():
    names = {"a": 1}
    names["b"] = 2
    return next(iter(reversed(names)))


@cluster
def own(cbrt=3):
    path, numbers = Path("a"), (4, 6)
    path = Table()
    exponent = -2
    total = Table()
    try:
        inverse = pow(3, -1, 7)
    except ValueError:
        inverse = 5
    last = list(reversed(OrderedDict(a=1)))
    return [path.is_mount(), total.total(), math.gcd(*numbers), pow(2, -1), pow(2, -exponent, 7), cbrt, inverse, Counter("a") | Counter("b") == Counter("ab"), last]


if __name__ == "__main__":
    for function in (inverse, divisor, total, bits, root, mounted, joined, last, own):
        try:
            print(f"{function.__name__}()", function())
        except Exception as error:
            print(error)
