class Cat:
    def __init__(self, size):
        self.size = size

    def show(self):
        return f"cat of {self.size}"
