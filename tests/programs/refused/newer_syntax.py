# refused: `except\*` at newer_syntax\.py line 15 needs Python 3\.11; the cluster has|all read
# refused: `with \(\.\.\)`, its items in brackets, at newer_syntax\.py line 25 needs Python 3\.9; the cluster has 3\.6|all read|read by with_brackets
# refused: decorator .* at newer_syntax\.py line 33 needs Python 3\.9; the cluster has 3\.6|all read|read by decorated
# refused: `continue` .* at newer_syntax\.py line 48 needs Python 3\.8; the cluster has 3\.6|all read|read by goes_on
# refused: `for \.\. in \*x, y` .* at newer_syntax\.py line 55 needs Python 3\.9; the cluster has 3\.6|all read|read by unpacked
# refused: read by plain
from clustrix import cluster


@cluster
def starred(x):
    try:
        (x, [x
             ])
    except* TypeError:
        pass
    return x


@cluster
def with_brackets(x):
    with (open(x)) as plain:
        pass
    with (open(x)): pass
    with (open(x) as a, open(x) as b):
        return a, b, plain


@cluster
def decorated(x):
    table = [lambda f: f]

    @table[0]
    def inner():
        return x

    return inner()


@cluster
def goes_on(x):
    for one in [x]:
        try:
            one()
        finally:
            for _ in [1]:
                continue
            continue
    return x


@cluster
def unpacked(x):
    found = [y for y in (*x, 1)]
    for y in *x, 1:
        found.append(y)
    return found


@cluster
def plain(x):
    with (open)(x) as a, (open(x)) as b:
        pass
    return (*x, a, b, f"{{x=}} a={x}", "{x=}" f"{x}")


if __name__ == "__main__":
    errors = 0
    for function in (starred, with_brackets, decorated, goes_on, unpacked, plain):
        try:
            function.explain(1)
            print("read by", function.__name__)
        except Exception as error:
            errors += 1
            print(error)
    print("all read" if not errors else "")
