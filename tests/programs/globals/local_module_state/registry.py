TABLE = {}
def register(name, fn=None):
    def deco(fn):
        TABLE[name] = fn
        return fn
    return deco if fn is None else deco(fn)
def call(name, x):
    return TABLE[name](x)
