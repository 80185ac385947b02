class Settings(object):
    def __init__(self):
        self.mode = "slow"
settings = Settings()
