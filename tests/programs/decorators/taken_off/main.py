import functools
import json

import layers
from layers import Model, left

from clustrix import cluster


def traced(function):
    @functools.wraps(function)
    def inner(*args, **words):
        return ["traced", function(*args, **words)]

    return inner


layers.bare = layers.bare.__wrapped__
layers.half = layers.half.__wrapped__
layers.cached = layers.cached.__wrapped__
layers.replaced = lambda value: ["of the script", value]
layers.another = layers.left
layers.wrapped_again = traced(layers.wrapped_again)
layers.constant = "a constant"
plain = layers.bare

Model.bare = Model.bare.__wrapped__
Model.half = Model.half.__wrapped__
Model.static = staticmethod(Model.static.__wrapped__)
Model.of_class = classmethod(Model.__dict__["of_class"].__func__.__wrapped__)
Model.replaced = lambda self, value: ["of the script", value]
Model.wrapped_again = traced(Model.wrapped_again)
Model.told = "a text"
Model.cached = Model.cached.__wrapped__


@cluster
def functions(value, given):
    return [
        layers.bare(value), layers.half(value), layers.cached(value), layers.replaced(value), layers.another(value),
        layers.wrapped_again(value), layers.constant, left(value), plain(value), plain is layers.bare, given is layers.half,
    ]


@cluster
def methods(value):
    model = Model()
    return [
        model.bare(value), model.half(value), model.static(value), model.of_class(value), model.replaced(value),
        model.wrapped_again(value), model.told, model.cached(value), model.left(value),
    ]


if __name__ == "__main__":
    print(json.dumps([functions(1, layers.half), methods(2)]))
