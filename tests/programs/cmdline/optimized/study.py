import warnings

from checks import checked
from clustrix import cluster


@cluster
def run(x):
    assert x > 100, "too small"
    try:
        warnings.warn("told")
    except UserWarning as error:
        return __debug__, checked(x), str(error)
    return "only shown"


print(run(1))
