LEVELS = {"a": 1, "inner": {"b": 2}}
NAMES = ["first"]


class Options(dict):
    used = 0


OPTIONS = Options()


class Model:
    kind = "model"

    @classmethod
    def configure(cls, **words):
        for name, value in words.items():
            setattr(cls, name, value)


def told():
    return LEVELS, NAMES, dict(OPTIONS), Model.kind, getattr(Model, "size", None)
