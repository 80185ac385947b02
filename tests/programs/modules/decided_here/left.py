def run():
    return "left"
