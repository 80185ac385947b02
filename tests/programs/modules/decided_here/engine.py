import settings
from settings import RUN

TITLE = "engine in " + settings.LABEL
if settings.SIDE == "left":
    from left import run
else:
    from right import run


def told():
    return RUN, TITLE, run()
