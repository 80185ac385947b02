from collections import Counter, defaultdict, deque

GROUPS = defaultdict(list)
COUNTS = Counter("aab")
LATEST = deque(maxlen=2)
ROWS = list(range(3))
SQUARES = {n: n * n for n in range(3)}
WORDS = set("ab")
LEFT = sorted("ba")
RIGHT = sorted("dc")
KEPT = [x for x in range(3)]


def load():
    return {"rate": 0.1}


OPTIONS = load()
HELD = load()
SEEN = {str(n) for n in range(2)}
LINES = [str(n) for n in range(2)]
