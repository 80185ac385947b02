# refused: argument a: Again cannot be sent
# refused: Again.__reduce__.. gives such an object again, without end
from clustrix import cluster


class Again:
    def __reduce__(self):
        return Again, (Again(),)


@cluster
def take(a):
    return a


if __name__ == "__main__":
    take([Again()][0])
