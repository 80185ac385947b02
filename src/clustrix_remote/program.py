"""The program of one job: the sources that came in the package, and the modules that are rebuilt from them.

Importable local modules lie in the package as files and are imported from there. What was defined in ``__main__``, in a notebook, in the
REPL or by ``exec`` is rebuilt, definition by definition, in a module of the home name that never runs a top-level statement.
"""

import os
import sys
import types

from clustrix_remote import source_lines
from clustrix_remote.definitions import Definition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: That of importlib.machinery, whose import costs more than this.
_ModuleSpec: "Any" = type(os.__spec__)
#: Folders in the package: files of importable modules; pruned sources; data files for the working folder.
SOURCES = "sources/"


class Program:
    """What is needed to rebuild the objects of one call.

    ``sources`` maps a source's name in the package to its file name at home; ``modules`` describes each rebuilt module: ``name``,
    ``package`` (for relative imports), ``file``. ``read`` gives the bytes of a member of the package, ``folder`` is where it was unpacked.
    """

    def __init__(
        self, sources: "Any", modules: "Any", read: "Any", folder: "Any", main: "Any" = "main", code: "Any" = "code"
    ) -> None:
        self.sources = sources
        self._descriptions = modules
        self._modules: "dict" = {}
        self._read = read
        self._texts: "dict" = {}
        self.folder = folder
        #: Where in it the script's folder lies.
        self.main = main
        #: From where in it modules are imported.
        self.code_folder = code
        self.tokens: "dict" = {}
        self.cells: "dict" = {}
        self._codes: "dict" = {}
        self._last_steps: "list" = []
        self._states: "Any" = None
        self._holding: "list" = []
        #: What has to live as long as the program.
        self.kept: "list" = []

    def text(self, source: "Any") -> "Any":
        """The pruned text of a source; tracebacks and ``inspect.getsource`` find it under its name at home."""
        if source not in self._texts:
            text = self._read(SOURCES + source).decode("utf-8", "surrogatepass")
            self._texts[source] = text
            source_lines.tell(self.sources[source], text)
        return self._texts[source]

    def module(self, index: "Any") -> "Any":
        """The rebuilt module number ``index``, made on first use and put into ``sys.modules``."""
        if index not in self._modules:
            description = self._descriptions[index]
            module = types.ModuleType(description["name"])
            module.__package__ = description["package"]
            if description["file"]:
                module.__file__ = os.path.join(self.folder, description["file"]) if self.folder else description["file"]
            module.__dict__["__builtins__"] = __builtins__
            if description["name"] == "__main__":
                # By this name multiprocessing finds what a process that it starts afresh has to run.
                module.__spec__ = _ModuleSpec("clustrix_remote.spawned", None)
            sys.modules[description["name"]] = module
            self._modules[index] = module
        return self._modules[index]

    def is_rebuilt(self, name: "Any") -> "Any":
        """Whether ``sys.modules`` has a module of this name only because it was rebuilt here."""
        return any(sys.modules.get(name) is module for module in self._modules.values())

    def code(self, definition: "Any", free_names: "Any", compiled: "Any", how: "Any" = ()) -> "Any":
        """The code object of a definition, compiled once. ``compiled(definition, text, home file, free names)`` makes it, as ``how`` says."""
        definition = Definition(*definition)
        place = (definition, free_names, how)
        if place not in self._codes:
            text = self.text(definition.source)
            self._codes[place] = compiled(definition, text, self.sources[definition.source], free_names)
        return self._codes[place]

    def definitions_around(self, filename: "Any", line: "Any") -> "Any":
        """The definitions rebuilt so far that hold a line of a file, with the texts of their sources."""
        for definition, _, _ in self._codes:
            if self.sources[definition.source] == filename and definition.first_line <= line <= definition.last_line:
                yield definition, self.text(definition.source)

    def codes(self) -> "Any":
        """What was compiled so far."""
        return list(self._codes.values())

    def finally_do(self, step: "Any", *args: "Any") -> None:
        """Do ``step(*args)`` when the whole call has been loaded."""
        self._last_steps.append((step, args))

    def finish(self) -> None:
        """The call has been loaded."""
        steps, self._last_steps = self._last_steps, []
        for step, args in steps:
            step(*args)
        self._states = None
        self._holding = list(filter(_holds_something, self._functions()))
        if self._holding:
            from clustrix_remote import function_states

            self._states = function_states.FunctionStates(self._holding)

    def changed_functions(self) -> "Any":
        """The ids of the client's functions that hold something else than when they came: they are the client's no more."""
        found = self._states.changed() if self._states is not None else set()
        known = set(map(id, self._holding))
        return found.union(id(one) for one in self._functions() if id(one) not in known and _holds_something(one))

    def _functions(self) -> "Any":
        return [thing for thing, _, kind in self.tokens.values() if kind is types.FunctionType]

    def remember(self, thing: "Any", token: "Any") -> None:
        """Note that ``thing`` is the client's object ``token``: sent back, it arrives as the very same object."""
        # The thing is kept, so that its id stays its own.
        self.tokens[id(thing)] = (thing, token, type(thing))


_ATOMS = (type(None), bool, int, float, complex, str, bytes)


def _holds_something(function: "Any") -> "Any":
    """Whether a function has variables, attributes, or defaults that can change."""
    defaults = list(function.__defaults__ or ()) + list((function.__kwdefaults__ or {}).values())
    return function.__closure__ or function.__dict__ or not all(isinstance(one, _ATOMS) for one in defaults)
