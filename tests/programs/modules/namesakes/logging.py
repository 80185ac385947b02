def note(text):
    return "noted %s" % text
