from statistics_local import mean
def go(): return mean([3])
