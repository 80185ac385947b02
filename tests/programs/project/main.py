import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "other"))

from clustrix import cluster
import shop
import shop.prices as prices
from shop import *
from shop.model import Order, OutOfStock
from names.space import deep
import added_by_path
import util

try:
    import not_installed_anywhere as fast
except ImportError:
    fast = None

HERE = Path(__file__).parent
SETTINGS = "settings/app.json"
LIMITS = HERE / "limits.txt"
if os.environ.get("CLUSTRIX_JOB_KEY"):
    raise SystemExit("top level ran in the job")


def read_settings():
    with open(SETTINGS) as stream:
        return json.load(stream)


@cluster
def total(orders):
    import shop.late
    from shop.reports import util as report_util
    return [prices.total(orders), shop.late.NAME, report_util.name(), util.name(), deep.VALUE, added_by_path.VALUE, fast is None]


@cluster
def data():
    with open(os.path.join(os.path.dirname(__file__), "limits.txt")) as stream:
        limit = stream.read().strip()
    return [read_settings(), limit, prices.table()["tea"], prices.packaged(), getattr(shop, "lazy_value", "lazy")]


@cluster
def stock(n):
    if n > 2:
        raise OutOfStock("tea", left=n)
    return Order("tea", n)


@cluster
def star():
    return [exported(), _where(), __name__]


def _where():
    return os.path.basename(os.getcwd()) != "project"


if __name__ == "__main__":
    os.chdir(HERE)
    print(json.dumps(total([Order("tea", 2), Order("rum", 1)])))
    print(json.dumps(data()))
    print(json.dumps([stock(1).name, type(stock(2)) is Order]))
    try:
        stock(9)
    except OutOfStock as error:
        print(json.dumps([str(error), error.left, error.args]))
    print(json.dumps(star()[0::2]))
