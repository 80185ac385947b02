ROWS = ["a", "b"]
KINDS = set("xy")
HEAP = sorted([3, 2, 1])
ORDER = list(range(8))
SQUARES = {k: k * k for k in ORDER}
NAMED = [0]
HELD = {"rows": ROWS, "kinds": KINDS, "named": NAMED}


def told():
    same = [HELD["rows"] is ROWS, HELD["kinds"] is KINDS]
    return [ROWS, sorted(KINDS), HEAP, ORDER, sorted(SQUARES), *same, HELD["named"] is NAMED]
