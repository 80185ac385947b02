def run():
    return "step 1"
