from ..model import Order


def name():
    return "shop.reports.util" + Order.__name__
