def run(x):
    return ["far", x]
