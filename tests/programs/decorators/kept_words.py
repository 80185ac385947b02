import json
from clustrix import cluster
large = cluster(memory="1GB")
by_name = {"large": large, "small": cluster(cores=1)}
class Study:
    remote = cluster(cores=1)
    @remote
    def run(self, x): return [x, self.again()]
    def again(self):
        @self.remote
        def inner(): return 3
        return inner()
@large
def outer(x):
    @large
    def inner(y): return y + 1
    return [inner(x), list(by_name["small"](inner).map([1, 2])), large(lambda: x).submit().result()]
small = by_name["small"]
@small
def looked_up(name, x): return globals()[name](x)
def double(x): return 2 * x
if __name__ == "__main__":
    print(json.dumps([outer(1), Study().run(2), looked_up("double", 3)]))
