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


Plain.A.note = {"since": 1}
Coin.PENNY.nick = "cent"
Task.READ.run("abc")
Task.WRITE.letter = "W"
Task.WRITE.run(4)


@cluster
def told(task):
    mine = task.run(5) if task is Task.WRITE else None
    return [Plain.A.note, hasattr(Plain.B, "note"), Coin.CENT.nick, Coin(10), Task.READ.runs, Task.READ.log, task.letter, task.runs, task.log, mine, task.work is task.value[1]]


if __name__ == "__main__":
    print(told(Task.READ))
    Plain.A.note["since"] = 2
    print(told(Task.WRITE))
