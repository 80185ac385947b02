# needs Python 3.9
# refused: `x \| y` of dicts at newer_calls.py line 12 needs Python 3\.9; the cluster has 3\.6|merged\(\) \{'a': 1, 'b': 2\}
# refused: `x \|= y` of dicts at newer_calls.py line 18 needs Python 3\.9; the cluster has 3\.6|updated\(\) \{'a': 1, 'b': 2\}
# refused: `pathlib.Path.unlink\(missing_ok=\.\.\)` at newer_calls.py line 24 needs Python 3\.8; the cluster has 3\.6|gone\(\) True
# refused: own\(\) \[3, \{1, 2\}\]
import pathlib
from clustrix import cluster


@cluster
def merged(x):
    return {"a": x} | {"b": 2}


@cluster
def updated(x):
    found = {"a": x}
    found |= {"b": 2}
    return found


@cluster
def gone(x):
    pathlib.Path("nowhere").unlink(missing_ok=True)
    return bool(x)


class Table:
    def shutdown(self, cancel_futures):
        return 3


@cluster
def own(x):
    return [Table().shutdown(cancel_futures=x), {1} | {2}]


if __name__ == "__main__":
    for function in (merged, updated, gone, own):
        try:
            print(f"{function.__name__}()", function(1))
        except Exception as error:
            print(error)
