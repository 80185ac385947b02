import math
def double(x): return x * 2 + math.floor(0.5)
