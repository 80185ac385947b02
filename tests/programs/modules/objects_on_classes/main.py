import shop
from clustrix import cluster


@cluster
def told():
    stats = shop.Service.stats
    return ([one.name for one in shop.Item.made], [type(one).__name__ for one in shop.Sale.made], stats.hits, stats.names, shop.Service.__dict__["count"].reads,
            shop.Service().run("there"), getattr(shop.greet, "calls", 0), shop.HANDLERS["greet"] is shop.greet, getattr(shop.Tool.use, "uses", 0))


if __name__ == "__main__":
    print(told.local())
    shop.Item("a")
    shop.Sale("b")
    shop.Service().run("here")
    shop.greet.calls = 3
    shop.Tool.use.uses = 4
    print(told())
