# needs numpy
"""A module's own generators of numpy go on from where they are; what the script has put into its array is there."""
import lab
from clustrix import cluster


@cluster
def ask():
    return lab.draw(), lab.weights.tolist(), lab.fixed.tolist()


if __name__ == "__main__":
    lab.draw()
    lab.weights[1:] = 5
    print(ask())
