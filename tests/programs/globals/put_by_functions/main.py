import json

import conf
from clustrix import cluster


@cluster
def rates():
    return conf.rates()


@cluster
def same(names):
    return [conf.same(name) for name in names] + [conf.km is conf.UNITS["km"], conf.cm is conf.UNITS["cm"]]


@cluster
def late(given):
    pair, points = conf.pair, conf.points
    return [pair, pair.b.rate, conf.late.rate, conf.late.hidden(), conf.inch.name, conf.mile.name, points[1].name], given


if __name__ == "__main__":
    print(json.dumps([rates(), same(["km", "cm"])]))
    conf.settings.rate, conf.plain.name.rate = 10, 20
    conf.table["x"].rate, conf.listed[0].rate = 30, 40
    conf.define("inch")
    conf.define("mile", conf.SlottedUnit)
    setattr(conf, "pair", conf.Pair(1, conf.Slotted(2)))
    setattr(conf, "late", conf.Frozen(3))
    setattr(conf, "points", [conf.Unit("a"), conf.SlottedUnit("b")])
    print(json.dumps([rates(), same(["km", "cm", "inch", "mile"])]))
    (pair, *seen), back = late(conf.Frozen(5))
    print(json.dumps([pair[0], pair[1].rate, type(pair) is conf.Pair, seen, back.rate, back.hidden(), type(back) is conf.Frozen]))
