import json
from clustrix import cluster
class Base:
    rate = 2
    def helper(self, x): return x * self.rate
class Job(Base):
    def __init__(self, n): self.n = n; self.seen = []
    @cluster
    def run(self, x): return [self.helper(x), self.n, super().helper(1), __class__.__name__]
    @cluster(cores=1)
    @staticmethod
    def st(x): return x + 1
    @classmethod
    @cluster
    def cm(cls, x): return [cls.__name__, x]
    @property
    def prop(self): return self.n
    def __call__(self, x): return [x, self.n]
def plain(x, y=2): return x + y
if __name__ == "__main__":
    j = Job(3)
    print(json.dumps([j.run(2), Job.run(j, 5), Job.cm(1), j.run.submit(1).result(), list(cluster(plain).map([1, 2], [3, 4])), list(cluster(j).map([1, 2])), cluster(max)(3, 4), cluster(str.upper)("a"), cluster(dict)(a=1)]))
    print(json.dumps([cluster(lambda *, k: k)(k=1), cluster("x-{}".format)(3), cluster([3, 1].index)(1), cluster(sorted)([2, 1])]))
