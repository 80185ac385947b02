import json
from clustrix import cluster

try:
    from clustrix.errors import ClustrixError, JobFailedError, ResultError
except ImportError:  # where the test runs without it

    class ClustrixError(Exception):
        def __str__(self):
            return "a\n  where: b"

    class JobFailedError(ClustrixError):
        pass

    class ResultError(ClustrixError):
        pass


class Bad(Exception):
    def __init__(self, code):
        super().__init__("bad %d" % code)
        self.code = code


@cluster
def fails(code):
    raise Bad(code)


@cluster
def told(errors):
    return [[type(one).__name__, str(one), getattr(one, "code", None)] for one in errors], errors


@cluster
def caught(error):
    try:
        raise error
    except JobFailedError:
        return "failed"
    except ClustrixError as found:
        return [str(found), isinstance(found, Exception)]


def error_of_call():
    try:
        fails(3)
    except Bad as error:
        return error


if __name__ == "__main__":
    texts, back = told([error_of_call(), ValueError("plain")])
    print(json.dumps([texts, type(back[0]) is Bad, back[0].code]))
    try:
        raise KeyError("later") from error_of_call()
    except KeyError as error:
        print(json.dumps([told([error])[0], type(told([error])[1][0].__cause__) is Bad]))
    try:
        own = ResultError("a", where="b")
    except TypeError:
        own = ResultError("a")
    print(json.dumps([caught(own), caught(JobFailedError("x")), type(told([own])[1][0]) is ResultError]))
