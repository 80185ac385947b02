"""Functions and classes that a job made and that share variables share them at home."""
from clustrix import cluster


@cluster
def account(n):
    def add(x):
        nonlocal n
        n += x
        return n

    class Reader:
        def now(self):
            return n

    return {"add": add, "get": lambda: n, "reader": Reader()}


@cluster
def even_and_odd():
    def even(x):
        return x == 0 or odd(x - 1)

    def odd(x):
        return x != 0 and even(x - 1)

    return even, odd


if __name__ == "__main__":
    made, other = account(5), account(50)
    made["add"](3)
    print(made["get"](), made["add"](1), made["get"](), made["reader"].now(), other["get"]())
    even, odd = even_and_odd()
    print(even(10), odd(10), even.__closure__[0].cell_contents is odd)
