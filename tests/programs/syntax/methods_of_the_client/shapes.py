import math


class Square:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2

    def told(self):
        match self.side:
            case 2:
                return "two"
        return "another"

    @staticmethod
    def is_large(limit=math.pi):
        return math.prod([limit, 2]) > 9
