# needs Python 3.7
"""Exceptions whose class refuses to have attributes set."""
from dataclasses import dataclass

from clustrix import cluster


@dataclass(frozen=True)
class Frozen(Exception):
    code: int
    why: object = None


@cluster
def fails(code):
    if code > 1:
        try:
            {}[code]
        except KeyError as error:
            raise Frozen(code, [code]) from error
    raise Frozen(code)


if __name__ == "__main__":
    for code in (1, 2):
        try:
            fails(code)
        except Frozen as error:
            print(error, repr(error), error.code, error.args, error == Frozen(code, error.why), isinstance(error.__context__, KeyError))
