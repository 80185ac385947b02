"""A registry that a decorator fills with the plain functions: they are those beneath what it gives back, there as here."""

import steps

from clustrix import cluster


@steps.register()
def shifted(values):
    return [one + SHIFT for one in values]


SHIFT = 10
steps.STEPS["scale"].unit = "m"
steps.clean([1])


def _methods():
    plain = steps.STEPS["made"]
    return plain is steps.Model.make.__wrapped__, plain(steps.Model, [1]), steps.Model.make([2])


@cluster
def run(values):
    with steps.factor(5):
        for name, step in steps.STEPS.items():
            values = step(values) if name != "made" else values
    plain = steps.STEPS["scale"]
    return values, plain is steps.scaled.__wrapped__, plain.unit, steps.clean.calls, shifted.__wrapped__ is steps.STEPS["shifted"], _methods()


@cluster
def given(plain):
    return plain is steps.scaled.__wrapped__, plain


if __name__ == "__main__":
    print(run([1, None, 2]))
    was_same, plain = given(steps.STEPS["scale"])
    print(was_same, plain is steps.scaled.__wrapped__)
