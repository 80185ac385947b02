class Config:
    _state = {"level": 0}

    def __init__(self):
        self.__dict__ = self._state


class Made:
    _shared = {}

    def __new__(cls):
        made = super().__new__(cls)
        made.__dict__ = cls._shared
        return made
