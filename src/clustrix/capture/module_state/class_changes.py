"""What a class has become since its statement was executed: what has to be set on one that is made from its source."""

from __future__ import annotations

import abc
import ast
import enum
import functools
import inspect
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from clustrix.capture.definitions.classes import ClassPlan, is_library
from clustrix.capture.module_state.class_values_of_home import as_kept, is_of_home
from clustrix.capture.module_state.dispatchers import Implementations, is_dispatcher, registered_in_class
from clustrix.capture.module_state.plain_values import is_dunder
from clustrix.capture.modules.importable import object_at
from clustrix.capture.modules.ownership import Owner, owner_of_class
from clustrix.capture.reductions.travelling import travels
from clustrix.capture.reductions.wrappers import wrapper_reducer
from clustrix.syntax_nodes import nodes_in

#: Modules whose plain data types are shipped as class attributes when the source does not tell their value.
_PLAIN_MODULES = ("builtins", "collections", "datetime", "decimal", "fractions", "pathlib", "uuid")


@dataclass(frozen=True)
class ClassChanges:
    """What is set on a class made from its source: attributes, what its functions hold and dispatch to, and the names that are gone."""

    attributes: list[tuple[str, Any]]
    functions: list[tuple[str, dict[str, Any]]]
    gone: list[str]
    implementations: list[tuple[str, Implementations]] = field(default_factory=list)


def class_changes(kind: type, plan: ClassPlan, is_users: Callable[[types.FunctionType], bool]) -> ClassChanges:
    """Where the living class differs, or may differ, from what its source makes."""
    assert isinstance(plan.place.node, ast.ClassDef)
    body = _written(plan.place.node)
    comparison = _Comparison(kind, plan, body, is_users)
    attributes = [(name, value) for name, value in vars(kind).items() if comparison.has_changed(name, value)]
    attributes += [(name, as_kept(kind, name, vars(kind)[name])) for name in body if comparison.is_kept(name)]
    if kind.__name__ != plan.place.node.name:
        attributes.append(("__name__", kind.__name__))
    changed = {name for name, _ in attributes}
    functions = [
        (name, state)
        for name, value in vars(kind).items()
        if name not in changed and (state := _function_state(plain_function(value), plan, body.get(name)))
    ]
    gone = [name for name, node in body.items() if node is not None and name not in vars(kind)]
    return ClassChanges(attributes, functions, gone, registered_in_class(kind, comparison.is_new))


def plain_function(value: Any) -> Any:
    """The function beneath staticmethod and classmethod."""
    return value.__func__ if isinstance(value, (staticmethod, classmethod)) else value


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NOT_WRITTEN = ast.Pass()
#: What the standard library makes of a function and a class holds: ``Model.fit = functools.lru_cache(Model.fit)``.
_AROUND_FUNCTIONS = (
    functools.partialmethod, functools.cached_property, functools.singledispatchmethod, functools._lru_cache_wrapper, types.MethodDescriptorType,
    types.WrapperDescriptorType,
)  # fmt: skip
_WORDS_OF_TEMPLATES = ("delimiter", "idpattern", "braceidpattern", "flags")
_PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod", "property"})
#: What Python, and what generates classes, keep in a class about itself.
_OF_PYTHON = frozenset({
    "__module__", "__qualname__", "__slots__", "__annotations__", "__match_args__", "__firstlineno__", "__static_attributes__",
})  # fmt: skip
#: Marks that the source itself sets.
_WRITTEN_MARKS = ("__isabstractmethod__", "__wrapped__", "__final__", "__override__")


def _function_state(function: Any, plan: ClassPlan, written: ast.AST | None) -> dict[str, Any]:
    """What a method holds that a run may have changed: its attributes and documentation, and defaults that are no longer as written."""
    if not isinstance(function, types.FunctionType) or is_dispatcher(function):
        return {}
    state = {
        name: value
        for name, value in vars(function).items()
        if name not in _WRITTEN_MARKS and not _is_of_decorator(value, written) and travels(value)
    }
    for name, defaults, nodes in _defaults(function, written, plan):
        held = list(defaults.values() if isinstance(defaults, dict) else defaults or ())
        known = [None] * len(held) if nodes is None else nodes
        is_other = len(known) != len(held) or any(map(_is_other, held, known, [function] * len(held)))
        if is_other and travels(defaults):
            state[name] = defaults
    code = function.__code__
    if code.co_filename == plan.source.filename and function.__doc__ not in (None, *code.co_consts[:1]):
        state["__doc__"] = function.__doc__
    return state


def _is_of_decorator(value: Any, written: ast.AST | None) -> bool:
    """Whether a method's attribute holds what a package makes, as ``pytest.mark.slow`` does: executing its statement puts it there, too."""
    parts = value if type(value) is list else [value]
    is_decorated = isinstance(written, _FUNCTIONS) and bool(written.decorator_list)
    return is_decorated and any(owner_of_class(type(one)) is Owner.INSTALLED for one in parts)


def _defaults(
    function: types.FunctionType, written: ast.AST | None, plan: ClassPlan
) -> Iterator[tuple[str, Any, Sequence[ast.expr | None] | None]]:
    """The defaults that a function has, beside those that are written: None where a decorator has made the function."""
    if isinstance(written, _FUNCTIONS) and _stands_in(function, written, plan):
        named = [one for one in written.args.kw_defaults if one]
        yield "__defaults__", function.__defaults__, written.args.defaults
        yield "__kwdefaults__", function.__kwdefaults__, named
    else:
        yield "__defaults__", function.__defaults__, None
        yield "__kwdefaults__", function.__kwdefaults__, None


def _stands_in(function: types.FunctionType, written: ast.FunctionDef | ast.AsyncFunctionDef, plan: ClassPlan) -> bool:
    code, first = function.__code__, min(one.lineno for one in (written, *written.decorator_list))
    return code.co_filename == plan.source.filename and first <= code.co_firstlineno <= (written.end_lineno or 0)


def _is_other(value: Any, written: ast.expr | None, function: types.FunctionType) -> bool:
    """Whether a default may be another than its expression gives there."""
    if isinstance(value, (list, dict, set)):
        return True
    if isinstance(value, (type, types.FunctionType)):
        return False
    if isinstance(written, ast.Name):
        return function.__globals__.get(written.id, _NOT_WRITTEN) is not value
    return written is not None and is_plain(value) and not _is_literal(written, value)


def _is_made_by_template(kind: type, pattern: Any) -> bool:
    """Whether ``string.Template`` made this of what the class says, as it does there, too, in the words of that Python."""
    template = getattr(sys.modules.get("string"), "Template", None)
    if template is None or not issubclass(kind, template) or "pattern" not in vars(kind):
        return False
    anew: Any = type(
        "Anew", (template,), {one: getattr(kind, one) for one in _WORDS_OF_TEMPLATES if hasattr(kind, one)}
    )
    return bool(anew.pattern == pattern)


@dataclass(frozen=True)
class _Comparison:
    """A living class beside its statement. What the body makes and cannot travel (a lock) is left to the body."""

    kind: type
    plan: ClassPlan
    body: dict[str, ast.AST | None]
    is_users: Callable[[types.FunctionType], bool]

    def has_changed(self, name: str, value: Any) -> bool:
        function = plain_function(value)
        if wrapper_reducer(type(function)) is not None:  # says that it is the function in it
            return self._is_put_on(name) and travels(function)
        if isinstance(function, types.FunctionType):
            if function.__code__.co_filename == "<string>" and name not in self.body and self._body_executes_texts():
                return False
            is_users = self.is_new(function) or (self._is_elsewhere(name, function) and self.is_users(function))
            return is_users or self._is_librarys(name, function) or self._is_executed(name, function)
        if name == "__doc__":
            return self._is_other_docstring(value)
        if issubclass(self.kind, enum.Enum) and (name.startswith("_") or name in self.kind.__members__):
            return False
        if isinstance(function, (*_AROUND_FUNCTIONS, functools.partial)) and self._is_put_on(name):
            return travels(function)
        if name == "__annotations__":
            return not value.keys() <= _annotated(self.plan.place.node) and travels(value)
        if is_dunder(name):
            return self._has_special_changed(name, value) and travels(value)
        if isinstance(value, property):
            return any(isinstance(one, types.FunctionType) and self.is_new(one) for one in _accessors(value))
        if hasattr(type(value), "__get__"):
            # A descriptor of the user's may have been told something; others are what the body makes.
            return owner_of_class(type(value)) in (Owner.INTERACTIVE, Owner.LOCAL) and travels(value)
        if name not in self.body:
            return name != "_abc_impl" and not (name == "pattern" and _is_made_by_template(self.kind, value))
        return self._is_assigned(name, value, self.body[name])

    def _body_executes_texts(self) -> bool:
        """Whether the class's body makes methods by ``exec``: it does so there, too."""
        return any(isinstance(one, ast.Name) and one.id == "exec" for one in nodes_in(self.plan.place.node))

    def _is_executed(self, name: str, function: types.FunctionType) -> bool:
        """Whether a decorator of the user's made this by ``exec`` in a namespace without a name: making the class does not do so again."""
        if name in self.body or "__name__" in function.__globals__ or self.plan.decorators:
            return False
        makes_itself = any("__init_subclass__" in vars(base) for base in self.kind.__mro__[1:-1])
        return type(self.kind) in (type, abc.ABCMeta) and not makes_itself

    def _has_special_changed(self, name: str, value: Any) -> bool:
        """Whether ``__iter__``, ``__version__`` is another than written: Python puts names of this form on classes too."""
        if _is_plain_function(self.body.get(name)):
            return True
        if name in _OF_PYTHON or hasattr(type(value), "__get__"):
            return False
        if name in self.body:
            return self._is_assigned(name, value, self.body[name])
        return isinstance(value, (str, int, float))

    def _is_other_docstring(self, value: Any) -> bool:
        """Whether a text was set as documentation; what generates classes (dataclasses, enums) writes one where none is."""
        assert isinstance(self.plan.place.node, ast.ClassDef)
        written = ast.get_docstring(self.plan.place.node, clean=False)
        if written is None and "__doc__" not in self.body:
            return isinstance(value, str) and not value.startswith(f"{self.kind.__name__}(")
        # Python 3.13 takes the indentation away.
        return type(value) is not str or (written is not None and inspect.cleandoc(value) != inspect.cleandoc(written))

    def _is_assigned(self, name: str, value: Any, written: ast.AST | None) -> bool:
        if isinstance(value, type):
            return not (isinstance(written, ast.ClassDef) and value.__qualname__ == f"{self.kind.__qualname__}.{name}")
        if name == "_fields_" and type(self.kind).__module__ == "_ctypes":
            return False  # a structure's layout, said once
        if is_plain(value):
            return not _is_literal(written, value)
        if name in self.kind.__dict__.get("__dataclass_fields__", ()):
            return False  # its generated __init__ has the default that the body makes
        return _is_constant(written) or travels(value)

    def is_kept(self, name: str) -> bool:
        """Whether this is a connection, say, which the body would open once more there: another one, that has not been through what this has."""
        return not _is_constant(self.body[name]) and is_of_home(vars(self.kind).get(name))

    def _is_elsewhere(self, name: str, function: types.FunctionType) -> bool:
        """Whether the class has under this name a function that its body has under another: ``Kind.area = Kind.size``."""
        written = self.body.get(name, _NOT_WRITTEN)
        if written is _NOT_WRITTEN:
            return True
        if _is_plain_function(written):
            return not written.lineno <= function.__code__.co_firstlineno <= (written.end_lineno or 0)
        return False  # a decorator has made it, or a condition

    def _is_librarys(self, name: str, function: types.FunctionType) -> bool:
        """Whether a plain class was given a library's function, which goes by its name: ``Version = functools.total_ordering(Version)``."""
        if type(self.kind) is not type or self.plan.decorators or name in self.body or not is_library(function):
            return False
        return object_at(sys.modules[function.__module__], function.__qualname__) is function

    def _is_put_on(self, name: str) -> bool:
        """Whether the body has under this name nothing, or a function without a decorator that makes something else of it."""
        written = self.body.get(name, _NOT_WRITTEN)
        if isinstance(written, _FUNCTIONS):
            return all(isinstance(one, ast.Name) and one.id in _PLAIN_DECORATORS for one in written.decorator_list)
        return written is _NOT_WRITTEN or isinstance(written, ast.Lambda)

    def is_new(self, function: types.FunctionType) -> bool:
        """Whether executing the class body would not give this function."""
        code, node = function.__code__, self.plan.place.node
        stands_here = code.co_filename == self.plan.source.filename and node.lineno <= code.co_firstlineno <= (
            node.end_lineno or 0
        )
        return not stands_here and self.is_users(function)


def _is_plain_function(node: ast.AST | None) -> TypeGuard[ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, ast.Lambda) or (isinstance(node, _FUNCTIONS) and not node.decorator_list)


def _accessors(value: property) -> tuple[Any, ...]:
    return value.fget, value.fset, value.fdel


def _is_constant(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant)


def _written(node: ast.AST) -> dict[str, ast.AST | None]:
    """The names that a class body binds: to the expression that is assigned, the definition, or None."""
    assert isinstance(node, ast.ClassDef)
    found: dict[str, ast.AST | None] = {}
    mangle = "_" + node.name.lstrip("_")
    for statement in node.body:
        for name, value in _bound(statement):
            private = name.startswith("__") and not is_dunder(name)
            found[mangle + name if private else name] = value
    return found


def _annotated(node: ast.AST) -> set[str]:
    """The names for which there may be annotations by a class statement."""
    assert isinstance(node, ast.ClassDef)
    targets = (one.target for one in nodes_in(node) if isinstance(one, ast.AnnAssign))
    names = {one.id for one in targets if isinstance(one, ast.Name)}
    return names | {f"_{node.name.lstrip('_')}{name}" for name in names}


def _bound(statement: ast.stmt) -> Iterator[tuple[str, ast.AST | None]]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name, statement
    elif (
        isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
    ):
        yield statement.targets[0].id, statement.value
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id, statement.value
    else:
        for inner in nodes_in(statement):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id, None
            elif isinstance(inner, (ast.FunctionDef, ast.ClassDef)):
                yield inner.name, None


def is_plain(value: Any) -> bool:
    """Whether a value is data of a well-known type (what it holds is not looked at)."""
    kind = type(value)
    return kind.__module__ in _PLAIN_MODULES and not hasattr(kind, "__get__") and not isinstance(value, type)


def _is_literal(node: ast.AST | None, value: Any) -> bool:
    if not isinstance(node, ast.expr):
        return False
    try:
        written = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return type(written) is type(value) and bool(written == value)
