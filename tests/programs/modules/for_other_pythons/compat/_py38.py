LIMITS = [print]


def first_big(values, limit, /):
    if any((hit := one) > limit for one in values):
        return hit
