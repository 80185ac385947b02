# refused: by a global: global conn of stores: sqlite3.Connection cannot be sent
# refused: by a dict: global conns\['a'\] of stores: sqlite3.Connection cannot be sent
# refused: by a class: global Repo.conn of stores: sqlite3.Connection cannot be sent
# refused: by an object: global service.link of stores: sqlite3.Connection cannot be sent
import stores
from clustrix import cluster


@cluster
def by_global():
    return stores.ask()


@cluster
def by_dict():
    return stores.ask_as("a")


@cluster
def by_class():
    return stores.Repo().ask()


@cluster
def by_object():
    return stores.service.ask()


def show(holder, function):
    try:
        print(f"by {holder}:", function())
    except Exception as error:
        print(f"by {holder}:", error)


if __name__ == "__main__":
    stores.connect()
    show("a global", by_global)
    stores.conn = None
    stores.connect_as("a")
    show("a dict", by_dict)
    stores.conns.clear()
    stores.Repo.open()
    show("a class", by_class)
    stores.Repo.conn = None
    stores.service.open()
    show("an object", by_object)
