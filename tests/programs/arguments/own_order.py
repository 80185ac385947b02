"""Lists and dicts of classes that say themselves in which order they are read: they are sent as they are, and not read by anybody."""
import random
from clustrix import cluster


class Loader(list):
    epoch = 0

    def __iter__(self):
        self.epoch += 1
        order = random.Random(self.epoch).sample(range(len(self)), len(self))
        return (self[i] for i in order)


class Sorted(dict):
    asked = 0

    def items(self):
        self.asked += 1
        return sorted((key, -value) for key, value in super().items())


class Registered(type):
    made = []

    def __init__(cls, *given):
        super().__init__(*given)
        cls.made.append(cls.__name__)


class Model(metaclass=Registered):
    loader = None


loader, table = Loader(range(6)), Sorted(b=1, a=2)
Model.loader = loader


@cluster
def read(given):
    return [given is loader, loader.epoch, list.__repr__(loader), list(loader), loader.epoch, table.asked, dict.__repr__(table), table.items(),
            Model.loader is loader, Model.made]


if __name__ == "__main__":
    print(read(loader), loader.epoch in (0, 1), table.asked in (0, 1))
