def scaled(x):
    return x * 10
