class Paths(object):
    def __init__(self):
        self._paths = {"data": "/data"}
        self.mode = "a"
    def __getitem__(self, key):
        return self._paths[key]
    def __setitem__(self, key, value):
        self._paths[key] = value
