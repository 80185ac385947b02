LIMIT = 1000


def step(number):
    return number + 1
