"""What modules and the program hold in globals comes home as just that, whether it was sent or not."""
import levels
from clustrix import cluster


class Mode:
    def __init__(self, name):
        self.name = name


FAST = Mode("fast")
UNSET = object()


@cluster
def look(level, mode, change=None):
    if change:
        level.name = change
    return {
        "missing": levels.find({}, 1), "empty": [levels.EMPTY], "sent": level, "high": levels.HIGH, "new": levels.Level("low"),
        "mode": mode, "fast": FAST, "unset": UNSET,
    }


if __name__ == "__main__":
    out = look(levels.LOW, FAST)
    print(out["missing"] is levels.MISSING, out["empty"][0] is levels.EMPTY, out["sent"] is levels.LOW, out["high"] is levels.HIGH)
    print(out["new"] is levels.LOW, out["new"].name, out["mode"] is FAST, out["fast"] is FAST, out["unset"] is UNSET)
    print(look(levels.Level("x"), FAST, "y")["sent"].name, levels.LOW.name)
