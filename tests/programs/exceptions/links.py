"""What belongs to an exception: cause, context, whether that is told, exceptions that hold each other, reductions that fail."""
from clustrix import cluster


class Step(Exception):
    pass


class Refusing(Exception):
    def __reduce__(self):
        raise TypeError("cannot be pickled")


class Frozen(Exception):
    def __setstate__(self, state):
        raise TypeError("frozen")

    def __init__(self, what, *, n):
        super().__init__(what)
        self.n = n


@cluster
def fails(kind):
    if kind == "plain":
        raise Step("plain")
    if kind == "refusing":
        raise Refusing("the message", 3)
    if kind == "frozen":
        raise Frozen("f", n=2)
    if kind == "cyclic":
        a, b = Step("a"), Step("b")
        a.other, b.other, a.me = b, a, [a]
        b.__cause__ = ValueError("root")
        raise a
    try:
        {}[kind]
    except KeyError as error:
        if kind == "from":
            raise Step("from") from error
        if kind == "none":
            raise Step("none") from None
        if kind == "other":
            raise Step("other") from ValueError("v")
        raise Step("during")


def told(error):
    cause = error.__cause__ if type(error.__cause__).__name__ != "RemoteTraceback" else None
    return [repr(error), repr(cause), repr(error.__context__), error.__suppress_context__, cause is error.__context__]


if __name__ == "__main__":
    for kind in ("plain", "refusing", "frozen", "cyclic", "from", "none", "other", "during"):
        try:
            fails(kind)
        except (Step, Refusing, Frozen) as error:
            print(kind, told(error), sorted(name for name in vars(error) if name != "__notes__"))
            if kind == "cyclic":
                print(error.other.other is error, error.me[0] is error, repr(error.other.__cause__))
