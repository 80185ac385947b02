import collections

HANDLERS = collections.defaultdict(list)


def on(name):
    def register(handler):
        HANDLERS[name].append(handler)
        return handler

    return register


def emit(name, *args):
    return [handler(*args) for handler in HANDLERS[name]]
