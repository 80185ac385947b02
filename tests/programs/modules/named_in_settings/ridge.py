def fit(x): return ["ridge", x]
