FACTOR = 10


def helper(number):
    return number * FACTOR


def run(number):
    return helper(number)
