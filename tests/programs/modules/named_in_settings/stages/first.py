def run(x): return ["first", x]
