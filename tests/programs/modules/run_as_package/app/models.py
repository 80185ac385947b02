class User:
    def __init__(self, name): self.name = name
def make(n): return User(n)
