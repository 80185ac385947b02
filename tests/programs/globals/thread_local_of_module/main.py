# What the thread that calls has in a module's threading.local.
import session

from clustrix import cluster


@cluster
def told():
    return session.user(), session.CONTEXT is session.HELD[0]


print(told())
session.enter("ann")
print(told())
