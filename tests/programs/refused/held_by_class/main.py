# refused: global Repo.conn of stores
# refused: sqlite3.Connection cannot be sent
import stores
from clustrix import cluster


@cluster
def ask():
    return stores.Repo().ask()


if __name__ == "__main__":
    stores.Repo.open()
    ask()
