import enum


class Status(enum.Enum):
    OK = 1
    SKIP = object()


class Bond(enum.Flag):
    SINGLE = 1
    DOUBLE = 2


class Registered(type):
    def __init__(cls, *given):
        super().__init__(*given)
        cls.__dict__.get("label")


class Model(metaclass=Registered):
    label = "model"
