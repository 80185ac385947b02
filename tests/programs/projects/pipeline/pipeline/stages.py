from . import config
from .errors import PipelineError
class Result(object):
    def __init__(self, total, meta): self.total, self.meta = total, meta
class Stage(object):
    def __init__(self, name, weight=1): self.name, self.weight, self.runs = name, weight, 0
    def run(self, rows, cfg):
        self.runs += 1
        if not rows: raise PipelineError(self, "no rows")
        return Result(sum(rows) * self.weight * cfg["scale"], {"cfg": config.DEFAULTS["scale"], "n": len(rows)})
def clean(rows): return [r for r in rows if r is not None]
