from collections import deque

ROWS = []
SEEN = set()
TABLE = {}
KEPT = {}
RECENT = deque(maxlen=3)
current = None


class Store:
    names = []
    open = {}

    def __init__(self, name):
        self.name = name
        self.rows = []


def add(row):
    ROWS.append(row)
    TABLE[row] = ROWS
    SEEN.add(row)
    RECENT.append(SEEN)
    return len(ROWS)


def told():
    return {key: value is ROWS for key, value in TABLE.items()}, [one is SEEN for one in RECENT], Store.open.get("all") is Store.names


def activate(one):
    global current
    current = one
