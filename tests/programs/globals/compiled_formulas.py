"""A formula is compiled once, and evaluated in each call: it goes as bytecode, between equal Pythons."""
from clustrix import cluster

SCALE = 10
formula = compile("SCALE * value + rest", "<formula>", "eval")
steps = [compile("result = value + %d" % n, "<step>", "exec") for n in range(2)]


def evaluate(value):
    found = []
    for step in steps:
        scope = {"value": value}
        exec(step, scope)
        found.append(scope["result"])
    return [eval(formula, {"SCALE": SCALE, "value": value, "rest": 1}), found, eval(formula, globals(), {"value": value, "rest": 2})]


if __name__ == "__main__":
    try:
        print(cluster(evaluate)(3))
    except Exception as error:
        # Another Python's bytecode.
        assert "global formula used by evaluate()" in str(error), error
        print(evaluate(3))
