import json
from clustrix import cluster
from . import NAME
from .models import User, make
from .sub.work import work
SETTINGS = {"k": 1}
class Local:
    def __init__(self, u): self.u = u
@cluster
def f(u):
    from .sub import late
    return [u.name, NAME, work(2), late.L, SETTINGS, Local(u).u.name, __name__, __package__], make("back")
def main():
    out, user = f(User("ann"))
    print(json.dumps(out), type(user) is User, user.name)
if __name__ == "__main__":
    main()
