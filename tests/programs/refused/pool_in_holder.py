# refused: global RUNNER\.inner\['pools'\]\[0\] used by fan\(\), pool_in_holder\.py line 15: concurrent\.futures\.thread\.ThreadPoolExecutor cannot be sent
from concurrent.futures import ThreadPoolExecutor
from clustrix import cluster


class Runner:
    def __init__(self):
        self.inner = {"pools": [ThreadPoolExecutor(1)]}


RUNNER = Runner()


def fan(values):
    return RUNNER.inner["pools"][0].map(abs, values)


@cluster
def run(values):
    return list(fan(values))


print(run([-1]))
