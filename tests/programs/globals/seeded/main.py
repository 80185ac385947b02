# A program that seeds the random numbers which all of it shares draws what it would draw here.
import json, random
from random import choice
from clustrix import cluster
import setup

@cluster
def draw(n):
    return [random.random() for _ in range(n)] + [choice(range(1000)), random.gauss(0, 1)]

@cluster
def fails():
    random.random()
    raise ValueError("after drawing")

@cluster
def draws_nothing():
    return 1

if __name__ == "__main__":
    setup.prepare(7)
    print(json.dumps([random.random(), draw(2), random.random(), draw(1), draw(1)]))
    try:
        fails()
    except ValueError as error:
        print(error)
    print(json.dumps([draws_nothing(), draw(1), random.gauss(0, 1)]))
