import collections

recent = collections.deque(maxlen=3)
raw = bytearray(b"a")


class Log:
    lines = collections.deque()

    def __init__(self):
        self.waiting = collections.deque([1])


log = Log()


def note(x):
    recent.append(x)
    raw.append(x)
    Log.lines.append(x)
    log.waiting.append(x)


def told():
    return list(recent), bytes(raw), list(Log.lines), list(log.waiting)
