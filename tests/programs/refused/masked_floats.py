# needs pandas
# refused: (told\(\) \['Float64', 1\].*of_numpy\(\) float64)|(a column of type Float64 needs pandas 1\.2; here it is 1\.1.*of_numpy\(\) float64)
import pandas as pd

from clustrix import cluster


@cluster
def told(column):
    return [str(column.dtype), int(column.isna().sum())]


@cluster
def of_numpy(column):
    return str(column.dtype)


if __name__ == "__main__":
    try:
        print("told()", told(pd.Series([1.5, None], dtype="Float64")))
    except Exception as error:
        print("told()", error)
    print("of_numpy()", of_numpy(pd.Series([1.5, None])))
