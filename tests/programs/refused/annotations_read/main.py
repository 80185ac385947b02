# needs Python 3.10
# refused: kinds \{'n': "<class 'int'>", 'tags': 'list\[str\]'\}|`list\[\.\.\]` at rows.py line 7 needs Python 3\.9; the cluster has 3\.6|`X \| Y` of types at rows.py line 9 needs Python 3\.10; the cluster has 3\.
# refused: hints \['n', 'tags'\]|`list\[\.\.\]` at rows.py line 7 needs Python 3\.9; the cluster has 3\.6|`X \| Y` of types at rows.py line 9 needs Python 3\.10; the cluster has 3\.
# refused: plain \{'n': "<class 'int'>", 'name': "<class 'str'>"\}
# refused: names \['n', 'tags'\] 0
# refused: words \['self', 'by'\]
# refused: own \{'xs': 'list\[int\]'\}|`list\[\.\.\]` at main.py line 14 needs Python 3\.9; the cluster has 3\.6
import rows

from clustrix import cluster


class Own:
    xs: list[int] = ()


@cluster
def kinds():
    return rows.kinds(rows.Row)


@cluster
def hints():
    return rows.hints(rows.Row)


@cluster
def plain():
    return rows.kinds(rows.Plain)


@cluster
def names():
    return rows.names(rows.Row), rows.Row().total()


@cluster
def words():
    return rows.words(rows.Row.total)


@cluster
def own():
    return rows.kinds(Own)


if __name__ == "__main__":
    for call in (kinds, hints, plain, names, words, own):
        try:
            value = call()
            print(call.__name__, *(value if type(value) is tuple else [value]))
        except Exception as error:
            print(call.__name__, error)
