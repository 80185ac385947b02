import functools


class Library:
    @functools.singledispatchmethod
    def show(self, value):
        return "library"

    @show.register
    def _(self, value: int):
        return "library's int"

    @staticmethod
    @functools.singledispatch
    def convert(value):
        return "anything"
