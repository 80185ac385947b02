class Order(object):
    def __init__(self, name, count):
        self.name, self.count = name, count


class OutOfStock(Exception):
    def __init__(self, name, left):
        super().__init__("no more " + name)
        self.name, self.left = name, left
