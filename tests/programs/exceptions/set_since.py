"""What builtin exceptions keep beside their arguments, set by a class or after they were made."""
import json

from clustrix import cluster


class Template(SyntaxError):
    def __init__(self, message, line):
        super().__init__(message)
        self.lineno, self.filename, self.text = line, "page.html", "{{ x"


class Remote(OSError):
    def __init__(self, path):
        super().__init__()
        self.filename, self.errno = path, 5


class Fixed(OSError):
    @property
    def filename(self):
        return "fixed"


@cluster
def fail(how):
    if how == "template":
        raise Template("unclosed", 7)
    if how == "remote":
        raise Remote("host:file")
    if how == "fixed":
        raise Fixed(2, "gone", "other")
    if how == "later":
        try:
            open("/nowhere/x")
        except OSError as error:
            error.filename = "shown"
            raise
    if how == "decode":
        try:
            b"ab\xff".decode("utf-8")
        except UnicodeDecodeError as error:
            error.reason = "not text"
            raise
    if how == "exit":
        raise SystemExit
    raise ImportError("no backend", name="fast", path="/x")


NAMES = ("errno", "strerror", "filename", "lineno", "text", "reason", "object", "start", "code", "name", "path", "msg")

if __name__ == "__main__":
    for how in ("template", "remote", "fixed", "later", "decode", "exit", "import"):
        try:
            fail(how)
        except BaseException as error:
            told = {name: repr(getattr(error, name)) for name in NAMES if hasattr(error, name)}
            print(type(error).__name__, error.args, json.dumps(told, sort_keys=True))
