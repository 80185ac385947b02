import json

import mods
from mods import load

from clustrix import cluster


def use(value):
    pool = mods.Pool()
    return [
        mods.remember(value), mods.by_word(value), mods.next_id(), mods.tick(), mods.show(), mods.one(), mods.count(), load(value),
        mods.beneath(value), pool.take(), pool.load(), pool.unit(), mods.parse(value), sorted(mods.parse.store),
    ]


@cluster
def job(value):
    return [use(value), load is mods.load]


if __name__ == "__main__":
    use("here")
    use("again")
    mods.POOL.append("more")
    print(json.dumps(job("there")))
