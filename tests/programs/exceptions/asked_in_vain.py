"""Exceptions whose class raises something if it is asked for an attribute that is not there."""
import json
import urllib.error

from clustrix import cluster


class Lazy(Exception):
    def __init__(self, **details):
        super().__init__("lazy")
        self.details = details

    def __getattr__(self, name):
        return self.__dict__["details"][name]


class Endless(Exception):
    def __getattr__(self, name):
        return getattr(self.inner, name)


@cluster
def fail(how):
    if how == "lazy":
        raise Lazy(code=3)
    if how == "endless":
        raise Endless("e")
    raise urllib.error.HTTPError("http://x.example/a", 503, "Busy", {"Retry-After": "3"}, None)


if __name__ == "__main__":
    for how in ("lazy", "endless", "http"):
        try:
            fail(how)
        except Lazy as error:
            print(error, error.code)
        except Endless as error:
            print(error)
        except urllib.error.HTTPError as error:
            print(json.dumps([error.code, error.reason, error.filename, error.headers["Retry-After"]]))
