from . import util
from .util import double as dbl
def run(x):
    return [util.double(x), dbl(x), CONST]
CONST = 5
def circular(x):
    from .other import back
    return back(x)
