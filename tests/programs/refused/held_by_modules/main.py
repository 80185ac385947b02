# refused: by a global: global conn of stores used by ask\(\), stores.py line 19: sqlite3.Connection cannot be sent
# refused: by a dict: global conns\['a'\] of stores used by .*ask.*, stores.py line \d+: sqlite3.Connection cannot be sent
# refused: by a class: global Repo.conn of stores used by .*ask.*, stores.py line \d+: sqlite3.Connection cannot be sent
# refused: by an object: global service.link of stores used by .*ask.*, stores.py line \d+: sqlite3.Connection cannot be sent
# refused: a global of the script: global conn of stores used by .*ask.*, stores.py line \d+: sqlite3.Connection cannot be sent
# refused: a dict of the script: global conns\['b'\] of stores used by .*ask.*, stores.py line \d+: sqlite3.Connection cannot be sent
# refused: a class of the script: global Repo.conn of stores used by .*ask.*, stores.py line \d+: sqlite3.Connection cannot be sent
# refused: an object of the script: global service.link of stores used by .*ask.*, stores.py line \d+: sqlite3.Connection cannot be sent
# refused: a queue: global jobs of stores used by .*: queue.Queue cannot be sent.*an unused one: queued
# refused: a stream: global stream of stores used by take_next\(\), stores.py line \d+: builtins.generator cannot be sent
# refused: a lock: global guard of stores used by guarded\(\), stores.py line \d+: _thread.lock cannot be sent
# refused: an event: global ready of stores used by .*: threading.Event cannot be sent
import sqlite3

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


@cluster
def by_dict_of_script():
    return stores.ask_as("b")


@cluster
def by_queue():
    return stores.take()


@cluster
def by_event():
    return stores.ready.is_set()


@cluster
def by_stream():
    return stores.take_next()


@cluster
def by_lock():
    return stores.guarded()


@cluster
def by_empty():
    return stores.put_into_empty()


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
    connection = sqlite3.connect(":memory:")
    stores.conn = stores.conns["b"] = stores.Repo.conn = stores.service.link = connection
    show("a global of the script", by_global)
    show("a dict of the script", by_dict_of_script)
    show("a class of the script", by_class)
    show("an object of the script", by_object)
    stores.put("job")
    show("a queue", by_queue)
    stores.begin(3)
    show("a stream", by_stream)
    show("a lock", by_lock)
    show("an unused one", by_empty)
    stores.ready.set()
    show("an event", by_event)
