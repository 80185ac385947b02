import things
from clustrix import cluster
from things import options


@cluster
def told():
    return (things.registry.names, things.registry.inner.total, dict(things.defaults), options.verbose, options.level,
            options is things.options, things.Store.made and things.Store().url)


if __name__ == "__main__":
    print(told())
    things.registry.add("script")
    things.defaults.update(rate=3)
    options.verbose, options.level = True, 5
    things.Store("home")
    print(told())
