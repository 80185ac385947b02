from typing import NamedTuple, Optional


class Limits(NamedTuple):
    low: int = 0
    high: Optional[int] = None
    unit: str = "kg"

    def holds(self, value):
        return self.low <= value and (self.high is None or value <= self.high)


class Tight(Limits):
    margin = 1

    def holds(self, value):
        return super().holds(value - self.margin)


DEFAULT = Limits()
