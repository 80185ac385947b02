# refused: global service.link of stores
# refused: sqlite3.Connection cannot be sent
import stores
from clustrix import cluster


@cluster
def ask():
    return stores.service.ask()


if __name__ == "__main__":
    stores.service.open()
    ask()
