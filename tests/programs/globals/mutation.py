import json
from clustrix import cluster

settings = {"rate": 1}
items = []
alias = items
n = 0
flag = False

class State:
    value = 1
    log = []
    def __init__(self): self.local = 0

state = State()

def bump():
    global n, fresh
    n += 1
    fresh = n * 10
    return n

@cluster
def f():
    return [settings, items, alias is items, n, fresh, flag, State.value, State.log, state.local, state.extra]

if __name__ == "__main__":
    settings["rate"] = 5; settings["new"] = [1]
    items.extend([1, 2]); bump(); bump()
    flag = True
    State.value = 2; State.log.append("x")
    state.local = 9; state.extra = "e"
    print(json.dumps(f()))
    print(json.dumps([items, n, settings]))
    settings = {"replaced": 1}
    State.added = 5
    state = State(); state.extra = State.added
    print(json.dumps(f()))
