import json, runpy, os
from clustrix import cluster
CODE = '''
RATE = 7
def helper(x):
    return x * RATE
class K:
    def __init__(self, v): self.v = v
def f(x):
    return [helper(x), K(x).v]
'''
space = {}
exec(CODE, space)
run = cluster(space["f"])
print(json.dumps(run(2)))
named = {"__name__": "generated"}
exec(compile(CODE, "generated.py", "exec"), named)
print(json.dumps(cluster(named["f"])(3)))
out = runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "other.py"), run_name="other_script")
print(json.dumps(cluster(out["work"])(4)))
