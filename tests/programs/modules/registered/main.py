"""What modules and scripts register with others, and what is put into modules at run time."""

import unittest.mock

import zoo
import zoo.cats
from clustrix import cluster
from zoo import birds, steps


class Fish(zoo.Animal):
    pass


@zoo.describe.register(Fish)
def describe_fish(animal):
    return "a fish"


@cluster(cores=1)
def kinds():
    return sorted(kind.__name__ for kind in zoo.all_kinds())


@cluster(cores=1)
def described():
    return [zoo.describe(Fish()), zoo.describe(zoo.Animal())]


@cluster(cores=1)
def stepped(number):
    return steps.run(number)


if __name__ == "__main__":
    print(birds.COUNT, kinds(), described(), stepped(1))
    with unittest.mock.patch.object(steps, "step", lambda number: number + 100):
        print(stepped(1))
    steps.LIMIT = 7
    print(stepped(50))
