"""Cannot be imported before Python 3.10, and nobody would miss it."""
import functools
import inner, zoneinfo
Kind = int | str
@functools.lru_cache(maxsize=None)
def draw(r):
    match r:
        case 3: return "three"
class Broken(Exception): pass
