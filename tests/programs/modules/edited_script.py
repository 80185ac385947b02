# The script is edited while it runs, before its first call: what runs there is what runs here.
from clustrix import cluster

class Kind:
    SIZES = list(range(3))

@cluster
def f(x):
    return [x + 1, Kind.SIZES, Kind().__class__.SIZES]

if __name__ == "__main__":
    with open(__file__) as stream:
        text = stream.read()
    with open(__file__, "w") as stream:
        stream.write("# another line\n" + text.replace("range(3)", "range(7)").replace("x + 1", "x + 2"))
    print(f(1), f(2))
