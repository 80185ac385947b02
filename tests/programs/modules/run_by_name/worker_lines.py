def line(word):
    return "worker: " + word
