# refused: global conns\['a'\] of stores
# refused: sqlite3.Connection cannot be sent
import stores
from clustrix import cluster


@cluster
def ask():
    return stores.ask("a")


if __name__ == "__main__":
    stores.connect("a")
    ask()
