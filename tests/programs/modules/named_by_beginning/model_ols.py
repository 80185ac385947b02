def fit(x):
    return ["ols", x]
