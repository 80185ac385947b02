"""What the pages call their readers' own module."""


class Run:
    def __init__(self, seed, steps):
        self.seed, self.steps = seed, steps

    def summary(self):
        return {"seed": self.seed, "mean": sum((self.seed * n) % 7 for n in range(self.steps)) / self.steps}


def simulate(seed, steps=1000):
    return Run(seed, steps)
