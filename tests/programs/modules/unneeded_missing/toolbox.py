import wcwidth
from wcwidth import wcswidth as w
import wcwidth.wcwidth as inner
import client_side
def area(x): return x * x
def annotated(x, table: wcwidth.wcswidth = None) -> "int": return x
class Shape:
    def __init__(self, x): self.x = x
    def size(self): return self.x + 1
def shown(s): return wcwidth.wcswidth(s)
