FACTOR = 3
def inner(x):
    return x * FACTOR
class Made:
    def __init__(self, v): self.v = v
def work(x):
    return [inner(x), Made(x).v, __name__]
