# refused: result\['models'\]\[1\].*NotReady: model is untrained
from clustrix import cluster


class NotReady(Exception):
    pass


class Model:
    def __getstate__(self):
        raise NotReady("model is untrained")


@cluster
def fit():
    return {"models": [1, Model()]}


fit()
