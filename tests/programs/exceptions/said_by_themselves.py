"""Exceptions whose classes say how they are pickled: cause, context and notes are none of their business, and come along."""
import json

from clustrix import cluster


class Located(Exception):
    def __init__(self, what, line):
        super().__init__("%s in line %d" % (what, line))
        self.what, self.line = what, line

    def __reduce__(self):
        return Located, (self.what, self.line)


class Stated(Located):
    def __reduce__(self):
        return Stated, (self.what, self.line), {"more": getattr(self, "more", "none")}

    def __setstate__(self, state):
        self.more = state["more"] + "!"


@cluster
def fails(how, given):
    if how == "cause":
        raise Located("a", 1) from given
    if how == "none":
        raise Located("b", 2) from None
    if how == "cyclic":
        error = Located("c", 3)
        other = Stated("d", 4)
        error.__cause__, other.__context__ = other, error
        raise error
    try:
        json.loads("{")
    except ValueError as error:
        if how == "context":
            raise Stated("e", 5)
        error.__cause__ = given
        raise


def told(error):
    cause = error.__cause__ if type(error.__cause__).__name__ != "RemoteTraceback" else None
    return [repr(error), repr(cause), type(error.__context__).__name__, error.__suppress_context__]


if __name__ == "__main__":
    given = Stated("given", 9)
    given.__cause__ = KeyError("k")
    given.more = "x"
    for how in ("cause", "none", "cyclic", "context", "library"):
        try:
            fails(how, given)
        except (Located, ValueError) as error:
            print(how, told(error))
            if how == "cause":
                print(told(error.__cause__), error.__cause__.more.rstrip("!"))
            if how == "cyclic":
                print(error.__cause__.__context__ is error)
