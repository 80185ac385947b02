class Shape:
    __side = 3

    def measures(self):
        return [lambda: self.__side, lambda: self.__side ** 2], {"a": lambda x: x + 1, "b": lambda x: x + 2}
