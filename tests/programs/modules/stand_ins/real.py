def load():
    return "the real one"
