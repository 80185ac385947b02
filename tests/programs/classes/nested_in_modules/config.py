import enum


class Config:
    seed = 0

    class Train:
        lr = 0.01
        batch = 32
        names = ["sgd"]
        old = True

        class Schedule:
            kind = "step"

            def at(self, step):
                return step

        def rate(self, step):
            return self.lr * self.Schedule().at(step)

    class Level(enum.Enum):
        LOW = 1

    class Model:
        size = 1

    class Swapped:
        size = 1

    @classmethod
    def update(cls, **sections):
        for section, values in sections.items():
            for key, value in values.items():
                setattr(getattr(cls, section), key, value)


class Debug(Config):
    class Train(Config.Train):
        batch = 128


class Larger:
    size = 100
