class Part:
    def __init__(self):
        self.n = 0


class Agent:
    def __init__(self, at):
        self.at = at
        self.trail = []
        self.part = Part()

    def move(self):
        self.at += 10
        self.trail.append(self.at)
        self.part.n += 1


class Slot:
    __slots__ = ("value",)

    def __init__(self):
        self.value = 1

    def up(self):
        self.value += 1


class World:
    def __init__(self, count):
        self.agents = [Agent(at) for at in range(count)]
        self.time = 0

    def step(self):
        self.time += 1
        for one in self.agents:
            one.move()
        self.agents.pop()


AGENTS = [Agent(at) for at in range(3)]
BY_NAME = {name: Agent(1) for name in "ab"}
PAIR = (Agent(5), Slot())
WORLD = World(4)
FIRST = AGENTS[0]


def advance():
    for one in AGENTS:
        one.move()
