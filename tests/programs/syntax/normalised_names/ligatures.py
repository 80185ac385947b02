def ﬁx(x):
    return x + 1


class ℌolder:
    def __init__(self, x):
        self.ﬁ = x

    def ﬂow(self):
        return self.fi * 10
