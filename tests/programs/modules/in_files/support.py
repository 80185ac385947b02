def one():
    return "one"
