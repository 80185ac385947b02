from readers import read_csv


def fit(x):
    return ["ridge", x, read_csv.KIND]
