"""A module makes a stream of random numbers, or a counter, for whoever asks first; the script has used them before the call."""
import rng
from clustrix import cluster

rng.seed_all(7)
rng.stream("arrivals").random()
rng.number("run")
rng.number("run")


@cluster
def draw():
    return [rng.stream("arrivals").random(), rng.stream("service").random(), rng.number("run"), rng.number("other"), sorted(rng._streams)]


if __name__ == "__main__":
    print(draw())
