import importlib


def build(steps):
    made = [importlib.import_module("pipe.steps." + name).make(value) for name, value in steps]

    def run(number):
        for one in made:
            number = one(number)
        return number

    return run
