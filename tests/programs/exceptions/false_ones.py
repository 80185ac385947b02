"""Exceptions that are false: with a length of nothing, or that say so."""

import json

from clustrix import cluster


class Many(Exception):
    def __init__(self, errors):
        super().__init__("many")
        self.errors = errors

    def __len__(self):
        return len(self.errors)


class Never(Exception):
    def __bool__(self):
        return False


@cluster(cores=1)
def fails(which):
    if which == 2:
        raise ValueError("by one") from Never("cause")
    raise (Many([]), Never("x"))[which]


if __name__ == "__main__":
    told = []
    for which in range(3):
        for call in (fails, lambda one: fails.submit(one).result(), lambda one: list(fails.map([one]))):
            try:
                told.append(call(which))
            except Exception as error:
                told.append([type(error).__name__, str(error), type(error.__cause__).__name__ if which == 2 else None])
    print(json.dumps(told))
