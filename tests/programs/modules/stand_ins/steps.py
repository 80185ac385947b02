import camera
import itself as own
from expensive_sdk import LIMIT, connect


class Session:
    name = "none"

    def __init__(self, name):
        self.name = connect(name)


def connected(name):
    return connect(name), LIMIT


def hour():
    import clock

    return clock.now()


def picture():
    return camera.shoot()


def loaded():
    from real import load

    return load()


def itself():
    return own.value()
