def bump(a, by=1):
    a += by


def grow(xs, *more):
    for m in more:
        xs.append(m)
    return xs


class Editor:
    def __init__(self, target):
        self.target = target

    def edit(self, v):
        self.target.v = v
        return self

    def __enter__(self):
        return self.target

    def __exit__(self, *a):
        pass
