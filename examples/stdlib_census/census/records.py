"""What a census says. Plain classes: the cluster's Python may be older than dataclasses."""

from typing import NamedTuple


class FunctionRecord(NamedTuple):
    """One function or method of the standard library."""

    module: str
    name: str
    line: int
    lines: int
    complexity: int
    documented: bool


class ModuleRecord(NamedTuple):
    """One source file, counted."""

    name: str
    lines: int
    classes: int
    functions: tuple

    @property
    def package(self):
        """The top-level name that it is imported by."""
        return self.name.partition(".")[0]


class Census:
    """All modules of one Python, and where they were counted."""

    __slots__ = ("host", "modules", "python", "seconds", "unreadable")

    def __init__(self, python, host, seconds, modules, unreadable):
        self.python = python
        self.host = host
        self.seconds = seconds
        self.modules = modules
        self.unreadable = unreadable

    def functions(self):
        """Every function of every module."""
        return [function for module in self.modules for function in module.functions]

    def __repr__(self):
        return "<Census of Python {}: {} modules>".format(self.python, len(self.modules))


class UnknownModuleError(LookupError):
    """The Python that took the census has no such module, or none with a source."""

    def __init__(self, module, python):
        super().__init__(module, python)
        self.module = module
        self.python = python

    def __str__(self):
        return "the standard library of Python {} has no {}".format(self.python, self.module)
