import calendar
import codecs
import copyreg
import csv
import locale
import logging
import mimetypes
import socket
import sys
import threading

from clustrix import cluster


class Loud(logging.Logger):
    def __init__(self, name):
        super().__init__(name)
        self.said = []

    def shout(self, text):
        self.said.append(text.upper())
        return self.name, self.said


class Locked:
    """Pickle refuses it, but for what the program tells copyreg."""
    def __init__(self, value):
        self.value = value
        self.lock = threading.Lock()


calendar.setfirstweekday(calendar.SUNDAY)
copyreg.pickle(Locked, lambda one: (Locked, (one.value,)))
codecs.register_error("stars", lambda error: ("*" * (error.end - error.start), error.end))
csv.register_dialect("lab", delimiter=";", quotechar="'")
logging.addLevelName(5, "TRACE")
logging.setLoggerClass(Loud)
log = logging.getLogger("lab")
log.shout("before")
mimetypes.add_type("x/lab", ".lab")
socket.setdefaulttimeout(5)
if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)
locale.setlocale(locale.LC_ALL, "C")


@cluster
def told():
    return (
        calendar.firstweekday(), list(csv.reader(["a;'b;c'"], dialect="lab")), logging.getLevelName(5), log.shout("now"),
        type(logging.getLogger("lab.other")).__name__, mimetypes.guess_type("a.lab")[0], socket.getdefaulttimeout(),
        len(str(10 ** 5000)), locale.setlocale(locale.LC_TIME), log.isEnabledFor(50), log.manager is logging.Logger.manager,
        "a\u20acb".encode("ascii", "stars"),
    )


@cluster
def passed(one):
    return one


@cluster
def made(value):
    return [Locked(value)]


if __name__ == "__main__":
    print(told())
    back = passed(Locked(1))
    print(type(back) is Locked, back.value, made(2)[0].value)
    print([one.value for one in passed.map([Locked(3), Locked(4)])])
