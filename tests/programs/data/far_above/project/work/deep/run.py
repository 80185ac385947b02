from clustrix import cluster


@cluster
def read():
    found = []
    for name in ("../../settings.ini", "../../tables/one.txt", "../near.txt"):
        with open(name) as stream:
            found.append(stream.read().strip())
    return found


@cluster
def read_again(number):
    with open("../../settings.ini") as stream:
        return number, stream.read().strip()


if __name__ == "__main__":
    print(read(), list(read_again.map([1, 2, 3])))
