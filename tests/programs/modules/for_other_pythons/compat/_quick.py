KINDS = list(map(str, (1, 2)))


def total(values):
    match values:
        case []:
            return 0
        case [first, *rest]:
            return first + total(rest)
