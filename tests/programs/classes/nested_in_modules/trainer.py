from config import Config, Debug


class Trainer:
    settings = Config.Train

    def told(self):
        train = self.settings
        return train.lr, train.batch, train.names, train().rate(2), train is Config.Train, hasattr(train, "old")


def debugged():
    return Debug.Train.lr, Debug.Train.batch, Debug.Train.names is Config.Train.names
