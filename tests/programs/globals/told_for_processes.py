"""What a script tells modules of the standard library at its top: databases, signals, processes, XML."""
import csv
import decimal
import faulthandler
import json
import multiprocessing
import signal
import sqlite3
import threading
import time
import xml.etree.ElementTree as ET

from clustrix import cluster


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Late(Exception):
    pass


def adapt(point):
    return "%d;%d" % (point.x, point.y)


def convert(text):
    return Point(*map(int, text.split(b";")))


def ring(number, frame):
    raise Late(frame.f_code.co_name)


sqlite3.register_adapter(Point, adapt)
sqlite3.register_adapter(complex, str)
sqlite3.register_converter("point", convert)
signal.signal(signal.SIGALRM, ring)
csv.field_size_limit(10**6)
ET.register_namespace("study", "http://study.example/ns")
threading.stack_size(1 << 20)
faulthandler.enable()
decimal.getcontext().traps[decimal.FloatOperation] = True


@cluster
def stored(points):
    base = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
    base.execute("create table p (at point, z text)")
    base.executemany("insert into p values (?, ?)", [(one, complex(1, one.x)) for one in points])
    return [[one.x, one.y, z] for one, z in base.execute("select * from p")]


@cluster
def waits():
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        time.sleep(20)
    except Late as late:
        return str(late)


@cluster
def told():
    try:
        decimal.Decimal(0.5)
        trapped = False
    except decimal.FloatOperation:
        trapped = True
    written = ET.tostring(ET.Element("{http://study.example/ns}run")).decode()
    return csv.field_size_limit(), written, threading.stack_size(), faulthandler.is_enabled(), trapped


@cluster
def start_method():
    return multiprocessing.get_start_method()


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    print(json.dumps([stored([Point(1, 2), Point(3, 4)]), waits(), told(), start_method()]))
