import app
from app.events import on


@on("start")
def started(x):
    return "alpha", x, app.DEBUG
