# -*- coding: latin-1 -*-
import json
from clustrix import cluster
WORD = "cafe"
@cluster
def f():
    return WORD + "xx"
if __name__ == "__main__":
    print(json.dumps(f()))
