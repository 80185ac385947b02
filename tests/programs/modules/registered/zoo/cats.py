from zoo import Animal


class Cat(Animal):
    pass
