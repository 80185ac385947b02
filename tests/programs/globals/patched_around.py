"""What a program puts into libraries, that goes on to what was there before."""

import builtins
import datetime
import json
import math
import textwrap
import time
from datetime import date

from clustrix import cluster

_sqrt = math.sqrt
_dedent = textwrap.dedent
_input = builtins.input
real_time, real_date = time.time, datetime.date
SLEPT = []


def sqrt(value):
    return _sqrt(value) if value >= 0 else -_sqrt(-value)


class FakeDate(date):
    @classmethod
    def today(cls):
        return cls(2020, 1, 2)


math.sqrt = sqrt
math.double_pi = math.pi * 2
textwrap.dedent = lambda text: _dedent(text).upper()
builtins.input = lambda prompt="": "typed " + prompt
time.time = lambda: 1000.5
datetime.date = FakeDate


@cluster
def job(day):
    return [
        math.sqrt(-9), _sqrt(4), round(math.double_pi, 3), textwrap.dedent("  a\n  b"), input("x"), time.time(), real_time() > 1e9,
        str(datetime.date.today()), real_date is date, issubclass(datetime.date, real_date), type(day) is real_date, str(day),
    ]


if __name__ == "__main__":
    print(json.dumps(job(date(2021, 3, 4))))
