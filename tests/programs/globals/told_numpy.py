# needs numpy pandas
import numpy as np
import pandas as pd
from clustrix import cluster

pd.set_option("display.precision", 2)
pd.options.display.max_rows = 5


@cluster
def errors():
    return sorted(np.geterr().items()), np.get_printoptions()["precision"], repr(np.array([1 / 3]))


@cluster
def divided(row):
    try:
        return str(row / 0)
    except FloatingPointError as error:
        return str(error).replace("true_", "")  # as older numpy says it


@cluster
def shown():
    return pd.get_option("display.precision"), pd.options.display.max_rows, pd.options.display.width


if __name__ == "__main__":
    with np.errstate(divide="raise"), np.printoptions(precision=3):
        print(errors())
        print(divided(np.array([1.0])))
        print(list(divided.map([np.array([1.0]), np.array([2.0])])))
    with np.errstate(all="ignore"):
        print(errors())
    print(errors())
    print(shown())
