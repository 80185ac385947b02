import json
import traceback
from clustrix import cluster

class AppError(Exception):
    def __init__(self, code, *, detail="none"):
        super().__init__("app error %d (%s)" % (code, detail))
        self.code, self.detail = code, detail

class Child(AppError):
    pass

class WithFile(OSError):
    pass

class Sneaky(Exception):
    def __init__(self, what):
        self.lock = __import__("threading").Lock()
        super().__init__(what, self.lock)

def deep(n):
    if n:
        return deep(n - 1)
    raise Child(7, detail="deep")

@cluster
def raises(kind):
    if kind == "child":
        deep(2)
    if kind == "cause":
        try:
            {}["k"]
        except KeyError as e:
            raise ValueError("bad") from e
    if kind == "file":
        open("/nonexistent/file")
    if kind == "oserror":
        raise WithFile(5, "mine", "f.txt")
    if kind == "exit":
        raise SystemExit(3)
    if kind == "unicode":
        b"\xff".decode("ascii")
    if kind == "sneaky":
        raise Sneaky("hm")
    if kind == "stop":
        raise StopIteration(5)
    if kind == "import":
        import not_a_module_at_all
    if kind == "zero":
        1 / 0

if __name__ == "__main__":
    for kind in ("child", "cause", "file", "oserror", "exit", "unicode", "stop", "import", "zero"):
        try:
            raises(kind)
        except BaseException as e:
            out = [type(e).__name__, str(e), {k: v for k, v in vars(e).items() if k != "__notes__"}, type(e.__cause__).__name__ if kind == "cause" else ""]
            if isinstance(e, OSError):
                out += [e.errno, e.filename]
            if isinstance(e, SystemExit):
                out.append(e.code)
            print(json.dumps(out))
    try:
        raises("sneaky")
    except Sneaky as e:
        print(json.dumps([type(e).__name__, e.args[0]]))
    try:
        raises("child")
    except Child as e:
        text = "".join(traceback.format_exception(type(e), e, e.__traceback__))
        print("deep(n - 1)" in text, "exceptions.py" in text)
