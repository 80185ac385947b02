from .limits import LOW, HIGH


class OneHot:
    def __init__(self, letters):
        self.letters = letters

    def __call__(self, letter):
        return [int(letter == one) for one in self.letters]


def clip(x):
    return max(LOW, min(HIGH, x))
