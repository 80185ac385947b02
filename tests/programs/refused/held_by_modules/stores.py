import queue
import sqlite3
import threading

conn = None
conns = {}


def connect():
    global conn
    conn = sqlite3.connect(":memory:", check_same_thread=False)


def connect_as(name):
    conns[name] = sqlite3.connect(":memory:")


def ask():
    return conn.execute("select 1").fetchone()[0]


def ask_as(name):
    if name not in conns:
        return "not connected"
    return conns[name].execute("select 1").fetchone()[0]


class Repo:
    conn = None
    size = 1

    @classmethod
    def open(cls):
        cls.conn = sqlite3.connect(":memory:")
        cls.size = 7

    def ask(self):
        return "none" if self.conn is None else self.conn.execute("select 1").fetchone()[0]


class Service:
    def __init__(self, name):
        self.name = name
        self.link = None

    def open(self):
        self.link = sqlite3.connect(":memory:")
        self.name += " open"

    def ask(self):
        if self.link is None:
            return "none"
        return self.link.execute("select 1").fetchone()[0]


service = Service("s")
stream = None
guard = None


def begin(number):
    global stream, guard
    stream, guard = (one for one in range(number)), threading.Lock()


def take_next():
    return next(stream)


def guarded():
    with guard:
        return 1


jobs = queue.Queue()
empty = queue.Queue()
ready = threading.Event()


def put(job):
    jobs.put(job)


def take():
    return jobs.get()


def put_into_empty():
    empty.put("queued")
    return empty.get()
