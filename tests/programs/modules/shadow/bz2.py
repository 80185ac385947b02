def packed(x): return ["packed", x]
