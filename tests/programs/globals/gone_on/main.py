"""What objects of a module have come to since its import: iterators, random numbers, caches of its own objects, settings."""
import state
import users
from clustrix import cluster


@cluster
def ask():
    first = users.take(), users.take(), next(state.tickets), next(state.turns), state.Part("new").n
    parts = state.get("a").n, state.get("a") is state.items[0], state.get("b").n, [one.name for one in state.Part.made]
    same = state.Part.made[0] is state.FIRST, state.by_name["double"] is state.double, state.double(2), state.double.calls
    held = state.config["run"]["n"], state.config["run"]["k"], state.config.get("more", "x"), type(state.unseeded).__name__
    nodes = state.nodes.a, state.nodes["inner"].x, state.nodes["inner"]._parent is state.nodes, state.settings.level
    state.journal.write("!")
    filled = state.journal.getvalue(), state.options["DEFAULT"]["tol"], users.limits.high, users.limits is state.limits
    nexts = [next(one) for one in (state.pairs, state.mapped, state.back, state.letters, state.sums)]
    return first, nexts, parts, same, held, filled, nodes, state.FIRST.scaled(), state.Part.kind()


if __name__ == "__main__":
    users.take()
    for one in (state.turns, state.pairs, state.mapped, state.back, state.letters, state.sums):
        next(one)
    state.get("a").n += 10
    state.get("c")
    state.config["run"]["n"] = "9"
    state.config.set("run", "k", "z")
    state.config.read_dict({"more": {"x": "y"}})
    state.option("tol", "0.5")
    state.nodes.a = 2
    state.nodes["inner"].x = 3
    state.settings.level = 5
    state.Part.scaled.__defaults__ = (7,)
    state.Part.kind.__func__.__defaults__ = ("piece",)
    print(ask())
    state.rng.seed(5)
    print(ask()[0][0][1])
