# needs Python 3.7
# needs numpy
import engine
import settings
from settings import Options, Store

from clustrix import cluster


def everything():
    return (
        settings.RUN, settings.LABEL, settings.SEEDS, settings.WEIGHTS.tolist(), settings.SIDE, settings.turned(1), settings.STARTED,
        settings.START_SET_AGAIN, settings.folder(), Store.prefix, Store.made, Store.salt, Options().run, engine.told(),
        Store.late, settings.ORDER, settings.NOISE.tolist(), settings.TABLE, [one.at for one in settings.WALKERS],
    )


@cluster
def told():
    return everything()


if __name__ == "__main__":
    settings.START_SET_AGAIN = 1
    print(told() == everything())
