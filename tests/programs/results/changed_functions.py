"""A function of the caller's that holds something else by the end of the job comes back as another one; one that does not, as itself."""
import functools

from clustrix import cluster


def account(balance):
    log = []

    def add(x):
        nonlocal balance
        balance += x
        log.append(x)
        return balance

    def report():
        return balance, list(log)

    def untouched():
        return len("abc")

    return add, report, untouched


def counter(table):
    def count(word):
        table[word] = table.get(word, 0) + 1
        return table

    return count


def around(function):
    @functools.wraps(function)
    def inner(*args):
        inner.calls += 1
        return function(*args)

    inner.calls = 0
    return inner


class Box:
    n = 0


class Slotted:
    __slots__ = ("n", "__own", "none")

    def __init__(self):
        self.n = self.__own = 0


def boxed(box):
    def more():
        box.n += 1
        return box.n

    return more


def countdown(start):
    left = start

    def step():
        nonlocal left
        left -= 1
        return step if left else left

    return step


def collect(x, into=[]):
    into.append(x)
    return into


def plain(x):
    return x


def marked(x):
    return x


marked.seen = 1


@cluster
def use(calls, back):
    for function, args in calls:
        function(*args)
    return back


@cluster
def mark(function):
    function.seen = getattr(function, "seen", 0) + 1
    return function


add, report, untouched = account(100)
count = counter({"a": 1})
wrapped = around(add)
more = boxed(Box())
step = countdown(3)


def two(made):
    return use([(made[0], (5,))], {"functions": made, "again": [made[1], functools.partial(made[0], 1)]})


if __name__ == "__main__":
    # Nothing has changed: they are the caller's own.
    same = use([(report, ()), (untouched, ()), (plain, (1,))], [add, report, untouched, count, more, step, wrapped, collect, plain, marked])
    print([one is two for one, two in zip(same, [add, report, untouched, count, more, step, wrapped, collect, plain, marked])])
    mine = account(100)
    mine[0](1)
    back = two(mine)
    print(back["functions"][1](), back["again"][0] is back["functions"][1], back["again"][1](), back["functions"][1]())
    print(back["functions"][2] is mine[2], back["functions"][0].__qualname__, back["functions"][0].__module__)
    print([use([(one, args)], one)(*args) for one, args in [(count, ("a",)), (wrapped, (1,)), (more, ()), (collect, (2,))]])
    later = use([(step, ())], step)
    print(later() is later, later())
    slotted, large = boxed(Slotted()), counter({str(n): n for n in range(20000)})
    print(use([(slotted, ())], slotted)(), use([(plain, (1,))], slotted) is slotted)
    print(use([(large, ("new",))], large)("new")["new"])
    print(mark(plain).seen, mark(marked).seen, mark(marked)(3))
