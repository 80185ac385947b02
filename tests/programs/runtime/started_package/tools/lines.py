def line(word):
    return "report of " + word
