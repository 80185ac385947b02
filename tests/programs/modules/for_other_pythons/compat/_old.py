def first_big(values, limit):
    return next((one for one in values if one > limit), None)


def product(values):
    made = 1
    for one in values:
        made *= one
    return made


def shown(text):
    return "text=%r" % (text,)


class Row:
    def __init__(self, value):
        self.value = value

    def doubled(self):
        return 2 * self.value
