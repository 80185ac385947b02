FACTOR = 2
def double(x):
    assert isinstance(x, int)
    return x * FACTOR
