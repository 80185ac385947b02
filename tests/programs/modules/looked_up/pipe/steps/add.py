def make(value):
    return lambda number: number + value
