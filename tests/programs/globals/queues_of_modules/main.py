"""Deques of a module that the script has under names of its own: what is put into them, the module sees."""

import history
from history import Log, log, raw, recent

from clustrix import cluster

lines = Log.lines


@cluster
def run():
    recent.append(9)
    lines.append(8)
    raw.append(7)
    log.waiting.popleft()
    return history.told(), recent is history.recent, lines is Log.lines, raw is history.raw, recent.maxlen


if __name__ == "__main__":
    for x in (1, 2):
        history.note(x)
    print(run())
