from ._inner import LIMIT, step


def run(number):
    return min(step(number), LIMIT)
