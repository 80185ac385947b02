import limits

from clustrix import cluster


class Item(limits.NamedTuple):
    name: str
    weight: float = 1.5
    allowed: limits.Limits = limits.DEFAULT


@cluster
def check(item, own=limits.Limits(2)):
    tight = limits.Tight(high=3)
    here = own.holds(item.weight), item.allowed.holds(item.weight), tight.holds(4), tight.holds(5)
    return here, item._replace(allowed=own), tight, limits.Limits(unit="g")._asdict()["unit"], Item("new").weight


if __name__ == "__main__":
    limits.Tight.margin = 2
    told, item, tight, *more = check(Item("bolt"))
    print(told, item, type(item) is Item, type(item.allowed) is limits.Limits, tight, tight.margin, more)
