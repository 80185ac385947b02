def run():
    return "right"
