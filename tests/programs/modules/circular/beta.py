import alpha
class B:
    def __init__(self, v): self.v = v
    def other(self): return alpha.A(self.v * 10)
