from app.events import on


@on("start")
def begun(x):
    return "beta", x
