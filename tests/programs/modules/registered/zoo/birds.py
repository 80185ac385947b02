from zoo import Animal

COUNT = 1


class Owl(Animal):
    pass
