import threading

CONTEXT = threading.local()
HELD = [CONTEXT]


def enter(name):
    CONTEXT.user = name


def user():
    return getattr(CONTEXT, "user", "nobody")
