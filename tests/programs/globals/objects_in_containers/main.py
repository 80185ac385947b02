"""Objects that a module makes in a list, a tuple, a dict, and that the script or the module changes by their own methods alone."""

import population

from clustrix import cluster

population.advance()
for one in population.BY_NAME.values():
    one.move()
population.PAIR[0].move()
population.PAIR[1].up()
population.WORLD.step()


def told(agent):
    return agent.at, agent.trail, agent.part.n


@cluster
def look():
    return (
        list(map(told, population.AGENTS)), {name: told(one) for name, one in population.BY_NAME.items()},
        told(population.PAIR[0]), population.PAIR[1].value, list(map(told, population.WORLD.agents)), population.WORLD.time,
        population.FIRST is population.AGENTS[0],
    )  # fmt: skip


if __name__ == "__main__":
    print(look())
