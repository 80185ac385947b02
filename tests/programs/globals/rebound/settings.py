LEVELS = ["a"]
NAMES = ["x"]
TABLE = {"a": 1}
SAME = [0]
KEPT = ["k"]
COMPUTED = list("ab")
OWN = ["own"]


def all_of_them():
    return [LEVELS, NAMES, TABLE, SAME, KEPT, COMPUTED, OWN]
