from beta import B
class A:
    def __init__(self, v): self.v = v
    def make(self): return B(self.v + 1)
