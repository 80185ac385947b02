"""What a module was before it was imported anew is still held: a function, a class and objects of it."""

import importlib
import os
import sys
import time
from pathlib import Path

from clustrix import cluster

sys.dont_write_bytecode = True
sys.path.insert(0, os.getcwd())
BEFORE = """LIMIT = 1
class Rule:
    k = 1
    def plain(self): return self.k
    def told(self): return 'old', self.k, LIMIT
def check(x): return 'old', x > LIMIT
"""
Path("rules.py").write_text(BEFORE)
import rules
from rules import Rule, check

held = Rule()


@cluster
def by_module():
    return rules.check(3), rules.Rule().told(), rules.LIMIT


@cluster
def by_name(one):
    return check(3), Rule().told(), one.told(), one.plain(), isinstance(one, rules.Rule), isinstance(one, Rule)


if __name__ == "__main__":
    print(by_module(), by_name(held))
    # The same lines say something else.
    Path("rules.py").write_text(BEFORE.replace("'old'", "'new'").replace("= 1", "= 5"))
    os.utime("rules.py", (time.time() + 9, time.time() + 9))
    importlib.reload(rules)
    print(by_module(), by_name(held), by_name(rules.Rule()))
    print(type(by_module.local()), Rule is rules.Rule)
