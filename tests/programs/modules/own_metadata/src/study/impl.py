def fast():
    return "plugin fast"


def slow():
    return "plugin slow"
