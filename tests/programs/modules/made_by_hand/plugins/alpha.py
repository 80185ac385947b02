import math

FACTOR = 2


class Tool:
    def __init__(self, k):
        self.k = k

    def go(self, number):
        return math.floor(number * self.k)


def run(number):
    return Tool(FACTOR).go(number)
