def of(name):
    return "token of %s" % name
