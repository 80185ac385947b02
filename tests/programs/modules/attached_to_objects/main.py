import functools
import json

import ui
from clustrix import cluster


class Log:
    def __init__(self):
        self.rows = []

    def note(self, value):
        self.rows.append(value)
        return len(self.rows)


log = Log()
button = ui.Button("first")
tank = ui.Tank()


@cluster
def job(value, one):
    fired = ui.Button.clicked.fire(value)
    changed = ui.Window.toolbar.changed.fire(value)
    same = [ui.Button.clicked.listeners[0].__self__ is button, ui.Window.toolbar.changed.listeners[0].__self__ is log]
    return fired, changed, log.rows, same, ui.Window.toolbar.kinds["last"](value), ui.show(value), one.level, tank.level, ui.Tank().level, ui.Dialog().open(), ui.draw(value)


if __name__ == "__main__":
    ui.Button.clicked += lambda value: value * 2
    ui.Window.toolbar.changed += log.note
    ui.Window.toolbar.kinds["last"] = functools.partial(max, 5)
    ui.show.how = functools.partial(pow, 2)
    tank.level = 7
    ui.Dialog().open()
    ui.draw.replace(lambda value: ["replaced", value])
    other = ui.Tank()
    other.level = 8
    print(json.dumps(job(3, other)))
