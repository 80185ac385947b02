from state import limits, rng, tickets


def take():
    return next(tickets), round(rng.random(), 6)
