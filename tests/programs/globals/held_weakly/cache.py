import weakref

LIVE = weakref.WeakValueDictionary()
NOTES = weakref.WeakKeyDictionary()
STRONG = []


class Item:
    made = weakref.WeakSet()

    def __init__(self, number):
        self.number = number
        Item.made.add(self)


FIRST = Item(0)


def get(number):
    item = LIVE.get(number)
    if item is None:
        item = LIVE[number] = Item(number)
        STRONG.append(item)
    return item


class Sensor:
    made = weakref.WeakSet()

    def __init__(self, name):
        self.name = name
        Sensor.made.add(self)


SENSORS = [Sensor("a"), Sensor("b")]
