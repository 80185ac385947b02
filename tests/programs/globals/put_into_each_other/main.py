import json

import tables
from clustrix import cluster
from tables import ROWS, Store, add

own = Store("own")


@cluster
def job(row):
    number = add(row)
    Store.names.append(row)
    kept = tables.KEPT["kept"][0]
    return number, tables.told(), sorted(map(str, tables.TABLE)), len(kept), Store.open["all"][-1]


@cluster
def active():
    own.rows.append(1)
    return tables.current is own, tables.current.rows, tables.current.name


if __name__ == "__main__":
    add(1)
    tables.KEPT["kept"] = (ROWS,)
    Store.open["all"] = Store.names
    tables.activate(own)
    print(json.dumps(job(2)))
    print(json.dumps(active()))
