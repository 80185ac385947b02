def best(values):
    return max(values)
