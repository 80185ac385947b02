import inspect
import typing


class Row:
    n: int = 0
    tags: list[str] = ()

    def total(self, by: int | None = None):
        return self.n * (by or 1)


class Plain:
    n: int = 0
    name: str = ""


def kinds(cls):
    return {name: str(one) for name, one in cls.__annotations__.items()}


def hints(cls):
    return sorted(typing.get_type_hints(cls))


def names(cls):
    return [name for name in cls.__annotations__ if name in getattr(cls, "__annotations__", {})]


def words(function):
    return list(inspect.signature(function).parameters)
