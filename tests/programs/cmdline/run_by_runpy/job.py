from clustrix import cluster
BASE = 100


class Kept:
    pass


def helper(x):
    return x + BASE + GIVEN


@cluster
def f(x):
    return helper(x), Kept()


made = f(5)
result = [made[0], type(made[1]) is Kept]
