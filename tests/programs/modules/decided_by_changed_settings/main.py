"""A module decides, when it is imported, by settings that the script has made before; and has made other ones since."""
import settings
settings.BACKEND, settings.SCALE = "fast", 10
import engine
settings.BACKEND, settings.SCALE = "slow", 20
from clustrix import cluster


@cluster
def work(x):
    return [engine.run(x), engine.CHOSEN, engine.FAST, engine.LIMITS, engine.FACTOR, settings.BACKEND, settings.SCALE]


if __name__ == "__main__":
    print(work(2))
