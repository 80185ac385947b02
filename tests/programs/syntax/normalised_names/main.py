# Python takes `ﬁx` for `fix`, and `ℌ` for `H`.
import json

import ligatures
from clustrix import cluster
from ligatures import ℌolder


def ﬂoor(x):
    return ligatures.fix(x) - 1


class Ʀaﬀle:
    def draﬀ(self):
        return [floor(5), self.__class__.__name__]


@cluster
def f(x):
    return [ligatures.ﬁx(x), ligatures.fix(x), floor(x), ﬂoor(x), Holder(x).ﬂow(), ℌolder(x).fi, Ʀaffle().draff()]


if __name__ == "__main__":
    print(json.dumps(f(1)))
    print(type(cluster(lambda: Holder(2))()) is Holder, cluster(lambda: floor)() is ﬂoor)
