import json, random
from clustrix import cluster

random.seed(7)
gen = random.Random(3)
pick = random.choice

@cluster
def f():
    random.seed(5)
    return [random.random(), gen.randint(0, 100), pick([1]), random.Random(1).random()]

if __name__ == "__main__":
    print(json.dumps(f()))
