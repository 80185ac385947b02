import logging


class Collected(logging.Handler):
    def __init__(self):
        super().__init__()
        self.messages = []

    def emit(self, record):
        self.messages.append(self.format(record))


COLLECTED = Collected()


def set_up(level):
    COLLECTED.setFormatter(logging.Formatter("%(levelname)s|%(message)s"))
    logging.getLogger().addHandler(COLLECTED)
    logging.getLogger().setLevel(level)
