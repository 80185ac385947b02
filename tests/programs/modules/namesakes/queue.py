class Item:
    def __init__(self, what):
        self.what, self.count = what, 0
