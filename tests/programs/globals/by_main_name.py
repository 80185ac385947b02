import sys

from clustrix import cluster


def double(value):
    return RATE * value


RATE = 2


@cluster
def job(value):
    return sys.modules["__main__"].double(value), getattr(sys.modules["__main__"], "RATE")


if __name__ == "__main__":
    RATE = 5
    print(job(3))
