def slow(x): return x * 3
