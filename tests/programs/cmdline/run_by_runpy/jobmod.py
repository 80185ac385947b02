from clustrix import cluster

N = [1]


class Failed(Exception):
    pass


@cluster
def g(x):
    if x < 0:
        raise Failed(x)
    return sum(N) + x


N.append(10)
try:
    g(-1)
    result = None
except Failed as error:
    result = [g(2), error.args, __name__]
