import config
import trainer
from config import Config, Debug

from clustrix import cluster

names = Config.Train.names


def doubled(self, step):
    return 2 * step


@cluster
def told():
    names.append("there")
    swapped = Config.Swapped.size, Config.Swapped is config.Larger
    return trainer.Trainer().told(), trainer.debugged(), Config.Train.Schedule.kind, Config.Model.depth, swapped, Config.Level.LOW.note


if __name__ == "__main__":
    Config.update(Train={"lr": 0.5}, Model={"depth": 3})
    Config.Train.batch = 64
    Config.Train.Schedule.kind = "cosine"
    Config.Train.Schedule.at = doubled
    Config.Level.LOW.note = "low"
    Config.Swapped = config.Larger
    Debug.Train.lr = 0.25
    names.append("adam")
    del Config.Train.old
    print(told())
