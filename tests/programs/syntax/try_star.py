# needs Python 3.11
import json
from clustrix import cluster

@cluster
def f(kind):
    got = []
    try:
        raise ExceptionGroup("eg", [ValueError(1), TypeError("t"), ExceptionGroup("in", [KeyError("k")])])
    except* ValueError as e:
        got.append(len(e.exceptions))
    except* (TypeError, KeyError) as e:
        got.append(str(e))
    if kind:
        err = ExceptionGroup("out", [ValueError("a"), OSError(2, "nope")])
        err.add_note("noted")
        raise err
    return got

if __name__ == "__main__":
    print(json.dumps(f(0)))
    try:
        f(1)
    except* OSError as e:
        print(e.exceptions[0].errno, [type(x).__name__ for x in e.exceptions])
    except* ValueError as e:
        print(e.exceptions[0].args, "noted" in e.__notes__)
