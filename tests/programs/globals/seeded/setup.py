def prepare(number):
    import random
    random.seed(number)
