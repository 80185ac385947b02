import enum


class Level(enum.Enum):
    LOW = 1
    HIGH = 2

    def __init__(self, number):
        self.number, self.seen, self.words = number, 0, []

    def see(self, word):
        self.seen += 1
        self.words.append(word)


class Plain(enum.Flag):
    A = 1
    B = 2
