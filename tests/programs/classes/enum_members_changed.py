"""Attributes of an Enum's members, as they have become."""
import enum

from clustrix import cluster


class Plain(enum.Enum):
    A = 1
    B = 2


class Coin(enum.IntEnum):
    CENT = 1
    PENNY = 1
    DIME = 10


class Task(enum.Enum):
    READ = ("r", len)
    WRITE = ("w", lambda x: x * 2)

    def __init__(self, letter, work):
        self.letter, self.work = letter, work
        self.runs, self.log = 0, []

    def run(self, x):
        self.runs += 1
        self.log.append(x)
        return self.work(x)


class Colour(enum.Enum):
    RED = ["r"]
    BLUE = {"b": [1]}
    GREEN = {1, 2}
    WORDS = ["w"]
    ADD = [len]

    def __init__(self, *parts):
        self.parts = self._value_


Colour.RED.value.append("x")
Colour.BLUE.value["b"].append(2)
Colour.BLUE.value["c"] = 3
Colour.GREEN.value.add(3)
Plain.A.note = {"since": 1}
Coin.PENNY.nick = "cent"
Task.READ.run("abc")
Task.WRITE.letter = "W"
Task.WRITE.run(4)


@cluster
def told(task):
    mine = task.run(5) if task is Task.WRITE else None
    return [Plain.A.note, hasattr(Plain.B, "note"), Coin.CENT.nick, Coin(10), Task.READ.runs, Task.READ.log, task.letter, task.runs, task.log, mine, task.work is task.value[1]]


@cluster
def values():
    Colour.WORDS.value.append("there")
    same = [one.parts is one.value for one in Colour]
    return [one.value for one in Colour if one is not Colour.ADD], same, Colour(["r", "x"]) is Colour.RED, Colour.ADD.value[0]("abc")


if __name__ == "__main__":
    print(values())
    print(told(Task.READ))
    Plain.A.note["since"] = 2
    print(told(Task.WRITE))
