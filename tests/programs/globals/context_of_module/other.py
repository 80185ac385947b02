from settings import level


def current():
    return level.get()
