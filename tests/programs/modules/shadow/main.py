import json
from clustrix import cluster
import statistics_local as st
import yaml
import queue_utils
import calendar
import secrets, fractions, decimal, resource
from bz2 import packed
@cluster
def f(): return [st.mean([1, 2]), yaml.load("x"), queue_utils.go(), calendar.mine(), secrets.key(), fractions.half(1), packed(3), decimal.ten(), resource.used()]
if __name__ == "__main__": print(json.dumps(f()))
