"""``script.py:function`` and its arguments, as the command line names them."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustrix.errors import ConfigError
from clustrix.word_checks import nearest_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType


def load_function(target: str) -> Callable[..., Any]:
    """The function that ``script.py:function``, ``script.py:Class.method`` or ``package.module:function`` names.

    The script is imported as a module, so what stands beneath ``if __name__ == "__main__"`` does not run. Raises
    ConfigError if there is no such script or function; what the script itself raises is passed on.
    """
    place, _, path = target.rpartition(":")
    if not place or not path:
        raise ConfigError(f"{target!r} does not name a function", hint="script.py:function or package.module:function")
    module = _import_script(Path(place)) if place.endswith(".py") else _import_module(place)
    found: Any = module
    for part in path.split("."):
        if not hasattr(found, part):
            raise _no_such_function(found, part, target)
        found = getattr(found, part)
    return found  # type: ignore[no-any-return]  # whatever it is, the decorator judges it


def read_arguments(function: Callable[..., Any], texts: Iterable[str]) -> tuple[list[Any], dict[str, Any]]:
    """Arguments written as text: Python literals where they are some, otherwise texts.

    ``name=value`` is an argument by name if the function has a parameter of that name.

    >>> read_arguments(lambda x, *, scale=1, unit="": x, ["[1, 2]", "scale=2.5", "unit=m/s"])
    ([[1, 2]], {'scale': 2.5, 'unit': 'm/s'})
    """
    parameters = _parameter_names(function)
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if equals and name in parameters:
            named[name] = _literal(value)
        else:
            positional.append(_literal(text))
    return positional, named


def _import_script(path: Path) -> ModuleType:
    if not path.is_file():
        beside = [str(other) for other in path.parent.glob("*.py")] if path.parent.is_dir() else []
        nearest = nearest_name(str(path), beside)
        raise ConfigError(
            f"there is no script {path}", hint=f"did you mean {nearest}?" if nearest else "the path of a Python file"
        )
    folder, name = _home_and_name(path.resolve())
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) != str(path.resolve()):
        raise ConfigError(f"{path} has the name of a module that is in use", where=str(known), hint="rename the script")
    return _import_from(folder, name)


def _import_module(name: str) -> ModuleType:
    try:
        return _import_from(Path.cwd(), name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # the module is there, and something that it imports is not
        raise ConfigError(
            f"there is no module {error.name}", hint="script.py:function or package.module:function"
        ) from None


def _import_from(folder: Path, name: str) -> ModuleType:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module(name)


def _home_and_name(path: Path) -> tuple[Path, str]:
    """The folder to import from, and the module's name: a file of a package is imported as a part of it."""
    parts = [path.stem] if path.stem != "__init__" else []
    folder = path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(parts)


def _no_such_function(found: Any, part: str, target: str) -> ConfigError:
    names = [name for name, value in vars(found).items() if callable(value)] if hasattr(found, "__dict__") else []
    own = [name for name in names if not name.startswith("_")]
    nearest = nearest_name(part, own)
    hint = f"did you mean {nearest}?" if nearest else "one of " + ", ".join(sorted(own)[:20])
    return ConfigError(f"{target!r}: there is no {part}", where=str(getattr(found, "__file__", found)), hint=hint)


def _parameter_names(function: Callable[..., Any]) -> set[str]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some builtins do not tell theirs
        return set()
    return {
        parameter.name
        for parameter in parameters
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    }


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
