def checked(x):
    assert x > 100, "too small"
    return "checked" if __debug__ else "taken as it is"
