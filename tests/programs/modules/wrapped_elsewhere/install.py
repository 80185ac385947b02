import tools
from wrapping import times


def install():
    tools.size = times(tools.size)
    tools.weight = times(tools.weight)
    tools.Kind.method = times(tools.Kind.method)
    tools.Kind.static = staticmethod(times(tools.Kind.static))
    tools.Kind.width = property(lambda self: 7)
    tools.Kind.__bases__ = (tools.Other,)
    tools.LIMIT = 9
