def dumps(value):
    return "<%s>" % value
