import json
from clustrix import cluster
from base import Base
import kinds
import broken_there
import folders
@cluster
def f(): return sorted(k.__name__ for k in Base.__subclasses__())
if __name__ == "__main__":
    # Its base is not there, so neither is the class, and what was put on it has no place.
    vars(__import__("folders"))["move"]("elsewhere")
    print(json.dumps(f()))
