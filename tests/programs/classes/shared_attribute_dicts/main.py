"""All objects of a class have one dict of attributes: in a module, in the script, and by __new__."""
from settings import Config, Made
from clustrix import cluster


class Local:
    _all = {}

    def __init__(self, **words):
        self.__dict__ = self._all
        self.__dict__.update(words)


class Plain:
    def __init__(self, **words):
        self.__dict__.update(words)


config, made, local, plain = Config(), Made(), Local(a=1), Plain(b=2)
config.level, made.x = 3, 4


@cluster
def write(given):
    config.k, made.y, local.c = 5, 6, 7
    others = Config(), Made(), Local()
    return [others[0].level, others[0].k, others[1].x, others[1].y, others[2].a, others[2].c, plain.b, given is config,
            config.__dict__ is others[0].__dict__, config.__dict__ is Config._state, plain.__dict__ is not Plain(b=2).__dict__]


if __name__ == "__main__":
    print(write(config))
