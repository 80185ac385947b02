import operator

OPS = {"+": operator.add, "-": operator.sub}
MORE = {"+": operator.mul}


def apply(name, a, b):
    return MORE["+"](a, b) if name == "more" else OPS[name](a, b)
