"""Read each module's syntax tree and count."""

import ast
import json
import os
import platform
import time
import tokenize
import warnings

from .records import Census, FunctionRecord, ModuleRecord
from .sources import find_sources, select

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
PROGRESS_EVERY = 200


def read_weights():
    """What each kind of syntax adds to a function's complexity: see the file beside this one."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "weights.json")) as file:
        return json.load(file)


def take_census(names=()):
    """Count all modules of the running Python's standard library, or those named and what is in them."""
    started = time.time()
    weights = read_weights()
    modules, unreadable = [], []
    for name, path in sorted(select(find_sources(), names).items()):
        try:
            modules.append(count_module(name, path, weights))
        except (SyntaxError, UnicodeDecodeError):
            unreadable.append(name)
        if len(modules) % PROGRESS_EVERY == 0:
            print("  {} modules read, now at {}".format(len(modules), name), flush=True)
    return Census(platform.python_version(), platform.node(), time.time() - started, modules, unreadable)


def count_module(name, path, weights):
    """Count one file."""
    with tokenize.open(path) as file:
        text = file.read()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text, path)
    nodes = list(ast.walk(tree))
    return ModuleRecord(
        name,
        lines=text.count("\n"),
        classes=sum(isinstance(node, ast.ClassDef) for node in nodes),
        functions=tuple(count_function(name, node, weights) for node in nodes if isinstance(node, FUNCTIONS)),
    )


def count_function(module, function, weights):
    """Count one function with what is nested in it."""
    last, complexity = function.lineno, 1
    for node in ast.walk(function):
        last = max(last, getattr(node, "lineno", 0))
        complexity += weights.get(type(node).__name__, 0)
    return FunctionRecord(
        module,
        function.name,
        function.lineno,
        lines=last - function.lineno + 1,
        complexity=complexity,
        documented=ast.get_docstring(function) is not None,
    )
