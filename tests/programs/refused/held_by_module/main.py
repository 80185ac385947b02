# refused: global conn of store
# refused: sqlite3.Connection cannot be sent
import store
from clustrix import cluster


@cluster
def ask(n):
    return store.direct(n)


if __name__ == "__main__":
    store.connect()
    ask(1)
