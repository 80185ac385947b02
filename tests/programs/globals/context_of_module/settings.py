import contextvars

level = contextvars.ContextVar("level", default=1)
unset = contextvars.ContextVar("unset")


def current():
    return level.get(), unset.get("nothing")
