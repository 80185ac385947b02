"""Objects that the module of their class makes: there they are that module's own, however they come."""
import levels
from clustrix import cluster
from levels import HIGH, LOW, UNSET, Level


class Holder:
    def __init__(self, level):
        self.level = level


@cluster
def ask(level, holder, others, default=UNSET):
    return [level is LOW, level is levels.LOW, levels.is_low(holder.level), [one is HIGH for one in others], default is UNSET, level.name]


if __name__ == "__main__":
    print(ask(LOW, Holder(LOW), [HIGH, Level("high"), LOW]), ask(Level("low"), Holder(HIGH), (), default=None))
    levels.choose(HIGH)
    HIGH.name = "higher"
    print(ask(HIGH, Holder(HIGH), [HIGH, levels.current]))
