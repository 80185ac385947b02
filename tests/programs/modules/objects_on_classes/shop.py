"""What classes of a module hold that their bodies do not tell: lists that a metaclass gives them, descriptors and other objects."""


class Listing(type):
    def __init__(cls, name, bases, namespace):
        super().__init__(name, bases, namespace)
        cls.made = []

    def __call__(cls, *args):
        one = super().__call__(*args)
        cls.made.append(one)
        return one


class Item(metaclass=Listing):
    def __init__(self, name):
        self.name = name


class Sale(Item):
    pass


class Stats:
    def __init__(self):
        self.hits, self.names = 0, []

    def hit(self, name):
        self.hits += 1
        self.names.append(name)


class Counting:
    def __init__(self):
        self.reads = 0

    def __get__(self, one, kind):
        self.reads += 1
        return self.reads


class Service:
    stats = Stats()
    count = Counting()

    def run(self, name):
        self.stats.hit(name)
        return self.count


HANDLERS = {}


def handler(function):
    HANDLERS[function.__name__] = function
    return function


@handler
def greet(name):
    return "hello " + name


class Tool:
    @handler
    def use(self):
        return self.use.uses
