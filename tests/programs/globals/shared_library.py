import ctypes, json
from clustrix import cluster
libm = ctypes.CDLL("libm.so.6")
libm.cos.restype, libm.cos.argtypes = ctypes.c_double, [ctypes.c_double]
libm.frexp.restype, libm.frexp.argtypes = ctypes.c_double, [ctypes.c_double, ctypes.POINTER(ctypes.c_int)]
libc = ctypes.CDLL(None)
Three = ctypes.c_int * 3
Compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("next", ctypes.POINTER(ctypes.c_int)), ("row", Three)]
class Node(ctypes.Structure): pass
Node._fields_ = [("value", ctypes.c_int), ("next", ctypes.POINTER(Node))]
@cluster
def f(number, xs, row):
    power = ctypes.c_int()
    half = libm.frexp(8.0, ctypes.byref(power))
    items = Three(*xs)
    libc.qsort(items, 3, ctypes.sizeof(ctypes.c_int), Compare(lambda a, b: a[0] - b[0]))
    return [libm.cos(0.0), half, power.value, list(items), number.value, Point(3).x, list(Point(row=items).row), Node(1, ctypes.pointer(Node(2))).next[0].value, list(row)]
if __name__ == "__main__":
    print(json.dumps(f(ctypes.c_int(7), [3, 1, 2], Three(1, 2, 3))))
