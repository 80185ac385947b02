def first(values):
    return min(values)
