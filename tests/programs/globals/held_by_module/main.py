"""What a module's functions have put into its globals: what travels does, what is made when it is missing is made."""
import store
from clustrix import cluster


@cluster
def ask(n):
    return store.ask(n), store.is_connected(), store.model.weights, store.mode, store.repo.ask(), store.cached("a")


if __name__ == "__main__":
    store.connect()
    store.repo.ask()
    store.cached("a")
    print(ask(1))
