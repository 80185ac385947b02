steps = []
def step(function):
    steps.append(function)
    return function
