NAMES = dict(a=1) | {"b": 2}


def shown(text):
    return f"{text=}"


class Row:
    def __init__(self, value):
        self.value = value

    def doubled(self):
        return (twice := 2) * self.value
