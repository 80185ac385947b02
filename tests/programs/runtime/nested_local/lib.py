from clustrix import cluster
@cluster
def remote(x): return x + plain(x)
def plain(x): return x * 10
class Kls:
    def __init__(self): self.k = 1
    @cluster
    def go(self, x): return [self.k, x, remote(x)]
