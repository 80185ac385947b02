"""Objects that a module of the user's holds in a global, ``LOW = Level("low")``, on their way home: home has the same one there.

Told by module and name, with what it holds here: if home's holds that too it is that one, else another of its class.
"""

import sys
import types

from clustrix_remote import hashed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ATOMS = (type(None), bool, int, float, complex, str, bytes)
_SAY_STATE = ("__getstate__", "__setstate__", "__reduce__", "__getnewargs__", "__getnewargs_ex__")


class OwnObjects:
    """Those of one program."""

    def __init__(self, program: "Any") -> None:
        self._program = program
        self._names: "dict" = {}

    def reducer(self, kind: "Any", usual: "Any") -> "Any":
        """How instances of ``kind`` are pickled if a module holds one of them; else ``usual``, which is None for pickle's own way."""
        names = self._of_class(kind)
        if not names:
            return usual

        def reduce_own(value: "Any") -> "Any":
            place, state = names.get(id(value)), hashed.attributes(value)
            if place is None or not all(isinstance(one, _ATOMS) for one in state.values()):
                return usual(value) if usual is not None else value.__reduce_ex__(4)
            from clustrix_remote import made

            return made.of_module, place + (kind, state)

        return reduce_own

    def _of_class(self, kind: "Any") -> "Any":
        """``(module, name)`` of the objects of a class that modules hold, by their ids."""
        if kind not in self._names:
            own = [kind.__module__] if _is_plain(kind) else []
            found = list(sys.modules) if kind is object else own
            self._names[kind] = {
                id(value): (module, name)
                for module in found
                if self._is_users(sys.modules.get(module))
                for name, value in list(vars(sys.modules[module]).items())
                if type(value) is kind
            }
        return self._names[kind]

    def _is_users(self, module: "Any") -> "Any":
        if not isinstance(module, types.ModuleType):
            return False
        loader = type(getattr(module, "__loader__", None)).__module__
        return loader == "clustrix_remote.shipped" or self._program.is_rebuilt(module.__name__)


def _is_plain(kind: "Any") -> "Any":
    """Whether a class leaves it to pickle how its instances are made and what they hold."""
    if kind.__new__ is not object.__new__ or kind.__reduce_ex__ is not object.__reduce_ex__:
        return False
    return not any(name in one.__dict__ for one in kind.__mro__[:-1] for name in _SAY_STATE)
