def name():
    return "in more"
