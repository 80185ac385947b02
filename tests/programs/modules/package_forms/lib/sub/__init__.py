from .thing import VALUE
def helper(x): return [x, VALUE]
