import collections, datetime, decimal, fractions, functools, itertools, json, logging, os, pathlib, random, re, string, sys, threading, uuid, weakref
from clustrix import cluster

DEFAULTS = {"a": [1, 2], "b": {"c": (1, 2)}}
FROZEN = frozenset([1, 2])
WHEN = datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc)
DELTA = datetime.timedelta(hours=2)
MONEY = decimal.Decimal("1.10")
HALF = fractions.Fraction(1, 2)
PATH = pathlib.PurePosixPath("a") / "b"
NAMES = collections.OrderedDict([("z", 1), ("a", 2)])
COUNTS = collections.Counter("aab")
GROUPS = collections.defaultdict(list, {"k": [1]})
QUEUE = collections.deque([1, 2, 3], maxlen=3)
CHAIN = collections.ChainMap({"x": 1}, {"y": 2})
ID = uuid.UUID(int=5)
PATTERN = re.compile("a+")
TEMPLATE = string.Template("$x!")
LOG = logging.getLogger(__name__)
SENTINEL = object()
ELLIPSIS = ...
NOTHING = NotImplemented
BIG = 10 ** 50
BYTES = bytearray(b"abc")
VIEW = memoryview(b"xyz")
SLICE = slice(1, None, 2)
RANGE = range(0, 10, 3)
COMPLEX = 1 + 2j
COUNTER = itertools.count(5)
CYCLE = [1]; CYCLE.append(CYCLE)
OP = functools.partial(int, base=2)
ENV = os.environ
OUT = sys.stdout
rng = random.Random(42)
rng.random()
CLS = dict
BUILTIN = sorted
METHOD = "abc".upper
BOUND = DEFAULTS.get
MODULES = {"m": json, "p": os.path}
NAN = float("nan")

def default(x=SENTINEL, y=ELLIPSIS):
    return [x is SENTINEL, y is ...]

@cluster
def f():
    LOG.debug("x")
    return [DEFAULTS["b"]["c"], sorted(FROZEN), WHEN.isoformat(), DELTA.seconds, str(MONEY), str(HALF), str(PATH), list(NAMES), COUNTS["a"],
            GROUPS["new"], list(QUEUE), CHAIN["y"], ID.int, PATTERN.findall("caat"), TEMPLATE.substitute(x=1), LOG.name == __name__, default(),
            NOTHING is NotImplemented, BIG, BYTES.decode(), SLICE.step, list(RANGE), COMPLEX.imag, CYCLE[1] is CYCLE, OP("101"),
            "PATH" in ENV, OUT is sys.stdout, rng.random(), CLS(a=1), BUILTIN([2, 1]), METHOD(), BOUND("a"), MODULES["p"].join("a", "b"), NAN != NAN]

if __name__ == "__main__":
    print(json.dumps(f()))
