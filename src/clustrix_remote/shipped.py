"""Shipped modules are imported from where the package was unpacked, with the file names that they have at home."""

import _ast
import importlib.machinery
import os
import sys
import types

from clustrix_remote import modules, namesakes, postponed
from clustrix_remote.placeholders import Placeholder, importing
from clustrix_remote.trees import ALWAYS, TREE_ONLY, located_all, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_REMEMBER = "__clustrix_missing__"


#: By these words code asks for the place of code, to look for files there: its module's has to be the one that it has here.
_PLACE_OF_CODE = (b"co_filename", b"getfile", b"getsourcefile")


class _AskingModule(types.ModuleType):
    """What Python 3.7 does for a module's own ``__getattr__`` and ``__dir__``, in 3.6."""

    def __getattr__(self, name: "Any") -> "Any":
        own = vars(self).get("__getattr__")
        if own is None or (name.startswith("__") and name.endswith("__") and name != "__all__"):
            raise AttributeError("module {!r} has no attribute {!r}".format(self.__name__, name))
        return own(name)

    def __dir__(self) -> "Any":
        own = vars(self).get("__dir__")
        return own() if own is not None else super(_AskingModule, self).__dir__()


class _HomeNames(importlib.machinery.SourceFileLoader):
    """Loads a shipped module; its code carries the file name it has at home, for tracebacks."""

    homes: "dict" = {}
    #: Modules whose annotations this Python cannot evaluate.
    postponed: "frozenset" = frozenset()

    def source_to_code(self, data: "Any", path: "Any", **options: "Any") -> "Any":  # type: ignore[override]
        asks = any(word in data for word in _PLACE_OF_CODE)
        home = path if asks else self.homes.get(os.path.realpath(path), path)
        tree: "Any" = compile(data, home, "exec", TREE_ONLY, dont_inherit=True)
        flags = ALWAYS
        if self.name in self.postponed:
            flags = postponed.compiler_flag()
            postponed.spell_out(tree)
        tree.body = _tolerant_all(tree.body)
        return compile(tree, home, "exec", flags, dont_inherit=True)

    def exec_module(self, module: "Any") -> None:
        vars(module)[_REMEMBER] = Placeholder
        if sys.version_info < (3, 7) and any(word in self.get_data(self.path) for word in (b"__getattr__", b"__dir__")):
            module.__class__ = _AskingModule
        with importing():
            super(_HomeNames, self).exec_module(module)
        vars(module).pop(_REMEMBER, None)

    def _cache_bytecode(self, source_path: "Any", cache_path: "Any", data: "Any") -> None:
        """Write nothing: the folder ends with the job."""


def _tolerant_all(statements: "Any") -> "Any":
    return [_tolerant(one) for statement in statements for one in _apart(statement)]


def _apart(statement: "Any") -> "Any":
    """The statement; of ``import a, b`` two, as b may be there without a."""
    if not isinstance(statement, (_ast.Import, _ast.ImportFrom)) or _is_future(statement):
        return [statement]
    start = "import " if isinstance(statement, _ast.Import) else "from . import "
    found = []
    for alias in statement.names:
        one = located_all(parse(start + "a").body[0], statement)
        one.names = [alias]
        if isinstance(statement, _ast.ImportFrom):
            one.module, one.level = statement.module, statement.level
        found.append(one)
    return found


def _tolerant(statement: "Any") -> "Any":
    """An import at the top of a module, such that a failure is remembered and raised when what it brings is used."""
    if isinstance(statement, _ast.If):
        statement.body, statement.orelse = _tolerant_all(statement.body), _tolerant_all(statement.orelse)
        return statement
    if not isinstance(statement, (_ast.Import, _ast.ImportFrom, _ast.Try)) or _is_future(statement):
        return statement
    names = _names_imported(statement)
    if not names or "*" in names:
        return statement
    text = "try:\n pass\nexcept Exception as __clustrix_error__:\n pass\n"
    made: "Any" = located_all(parse(text).body[0], statement)
    lines = ["{0} = {1}({0!r}, __clustrix_error__)".format(name, _REMEMBER) for name in names]
    made.body = [statement]
    made.handlers[0].body = [located_all(handler, statement) for handler in parse("\n".join(lines)).body]
    return made


def _is_future(statement: "Any") -> "Any":
    return getattr(statement, "module", None) == "__future__"


def _names_imported(statement: "Any") -> "Any":
    """The names that an import binds, or a ``try`` that does nothing but import: one of several things, whichever is there."""
    if isinstance(statement, (_ast.Import, _ast.ImportFrom)):
        return [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
    if isinstance(statement, _ast.Pass):
        return []
    if isinstance(statement, _ast.Assign):
        return [node.id for node in statement.targets if isinstance(node, _ast.Name)]
    if not isinstance(statement, _ast.Try) or statement.finalbody:
        return ["*"]
    inner = statement.body + statement.orelse + [one for handler in statement.handlers for one in handler.body]
    return sorted({name for one in inner for name in _names_imported(one)})


def import_from(folder: "Any", homes: "Any", postponed: "Any" = ()) -> None:
    """Make the modules in ``folder`` importable, first of all; ``homes`` maps relative paths to file names at home."""
    folder = os.path.realpath(folder)
    _HomeNames.homes = {os.path.join(folder, *path.split("/")): home for path, home in homes.items()}
    _HomeNames.postponed = frozenset(postponed)
    sources = (_HomeNames, importlib.machinery.SOURCE_SUFFIXES)
    compiled = (importlib.machinery.SourcelessFileLoader, importlib.machinery.BYTECODE_SUFFIXES)
    hook = importlib.machinery.FileFinder.path_hook(sources, compiled)

    def only_ours(path: "Any") -> "Any":
        if os.path.realpath(path) != folder and not os.path.realpath(path).startswith(folder + os.sep):
            raise ImportError("not a folder of the package")
        return hook(path)

    sys.path_hooks.insert(0, only_ours)
    sys.path.insert(0, folder)
    sys.path_importer_cache.pop(folder, None)
    _forget_namesakes(folder)
    # For the Pythons that the function starts: at home they find these modules in the working folder.
    beneath = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = folder + (os.pathsep + beneath if beneath else "")


def _forget_namesakes(folder: "Any") -> None:
    """Have the user's modules imported where the runner has imported others of their names: at home theirs came first."""
    own = namesakes.names_in(folder)
    if own:
        namesakes.come_first(folder, own)
        modules.come_first({name: name for name in _module_names(folder) if name.partition(".")[0] in own})
    for entry in os.listdir(folder) if os.path.isdir(folder) else ():
        name, _, suffix = entry.partition(".")
        is_module = suffix == "py" or os.path.exists(os.path.join(folder, name, "__init__.py"))
        file = getattr(sys.modules.get(name), "__file__", None)
        if is_module and file and not os.path.realpath(file).startswith(folder + os.sep):
            del sys.modules[name]


def _module_names(folder: "Any") -> "Any":
    for file in _HomeNames.homes:
        path, suffix = os.path.splitext(os.path.relpath(file, folder))
        words = path.split(os.sep)
        if suffix == ".py":
            yield ".".join(words[:-1] if words[-1] == "__init__" else words)
