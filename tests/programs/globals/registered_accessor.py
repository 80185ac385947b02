# needs pandas
"""A class that pandas is told of by a decorator, and that nothing else names."""
import pandas as pd

from clustrix import cluster

SCALE = 10


@pd.api.extensions.register_dataframe_accessor("geo")
class Geo:
    def __init__(self, frame):
        self.frame = frame

    def center(self):
        return float(self.frame["lat"].mean()) * SCALE


@pd.api.extensions.register_series_accessor("study")
class Study:
    def __init__(self, series):
        self.series = series

    def first(self):
        return int(self.series.iloc[0])


@cluster
def look(frame):
    return frame.geo.center(), frame["lat"].study.first()


if __name__ == "__main__":
    print(look(pd.DataFrame({"lat": [1.0, 3.0]})))
