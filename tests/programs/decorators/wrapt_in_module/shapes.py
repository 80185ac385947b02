import wrapt


class Circle:
    def area(self):
        return 3

    @staticmethod
    def size(x):
        return x


def load(x):
    return ["load", x]


def twice(x):
    return [load(x), load(x)]


@wrapt.decorator
def doubled(wrapped, instance, args, kwargs):
    return wrapped(*args, **kwargs) * 2


@doubled
def three():
    return 3
