import functools


class Animal:
    pass


def all_kinds(base=Animal):
    for kind in base.__subclasses__():
        yield kind
        for inner in all_kinds(kind):
            yield inner


@functools.singledispatch
def describe(animal):
    return "an animal"
