"""Values on the cluster: reading a call, writing a result. (:mod:`clustrix.values` is the other end.)

A result is pickled by the highest protocol that this Python has. Things that came from the client go back as
references to themselves (:func:`at_home`), so that identity and ``isinstance`` hold there; functions and classes made here go by their
source's place (:mod:`clustrix_remote.made`); exceptions go apart into class, arguments, attributes, cause and context, because
calling ``__init__`` again with ``args`` fails for every class that builds its own message.
"""

import io
import sys
import types

from clustrix_remote import hashed, modules, moved, portable, rebuild
from clustrix_remote.placeholders import not_here

try:
    # Of pickle the half in C alone: the other one imports re and others that no plain call needs.
    from _pickle import Pickler, Unpickler, UnpicklingError
except ImportError:
    from pickle import Pickler, Unpickler, UnpicklingError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Before Python 3.7 the first bore the second name.
_WEAK = (
    "ReferenceType", "weakref", "WeakMethod", "WeakSet", "WeakKeyDictionary", "WeakValueDictionary",
    "ProxyType", "weakproxy", "CallableProxyType", "weakcallableproxy",
)  # fmt: skip
#: How a pickle says that it holds ``math.nan``, or another float that is no number.
NOT_A_NUMBER = b"G\x7f\xf8\0\0\0\0\0\0"
_CAN_OVERRIDE = sys.version_info >= (3, 8)


def load_call(pickled: "Any", buffers: "Any") -> "Any":
    """``(function, args, kwargs)`` from the bytes that the client made.

    For a function or class that cannot be imported something stands in: whoever needs it gets the error, and nobody else.
    """
    stream = io.BytesIO(pickled)
    unpickler = _Unpickler(stream, buffers=buffers) if sys.version_info >= (3, 8) else _Unpickler(stream)
    missing = unpickler.missing = []
    try:
        return unpickler.load()
    except (AttributeError, TypeError, UnpicklingError):
        if missing:
            # Something was to be made of what is not there, whatever that made of it.
            missing[-1].demand()
        raise


class _Unpickler(Unpickler):
    missing: "Any" = None

    def persistent_load(self, reference: "Any") -> "Any":
        if len(reference) == 3:
            return rebuild.own_container(*reference) if reference[2] is not None else _nan(reference[0])
        home, place, relative, witness = reference
        return moved.text(home.decode("utf-8", "surrogatepass"), place, relative, witness)

    def find_class(self, module: "Any", name: "Any") -> "Any":
        try:
            modules.prepare(module)
            return portable.find_class(super(_Unpickler, self).find_class, module, name)
        except (ImportError, AttributeError) as error:
            self.missing.append(not_here("{}.{}".format(module, name), error))
            return self.missing[-1]


def _nan(module: "Any") -> "Any":
    from clustrix_remote import not_numbers

    return not_numbers.nan(module)


def at_home(token: "Any", module: "Any", qualname: "Any") -> None:
    """Stands in a pickle for the client's own object ``token``; only the client can say what it is."""
    raise UnpicklingError("{}.{} is an object of the client".format(module, qualname))


def dump_result(value: "Any", program: "Any", same_versions: "Any") -> "Any":
    """``(pickle, buffers)`` of a value. Raises what pickling raises."""
    try:
        pickled, buffers = _dump(_ResultPickler, value, program, same_versions)
        if moved.may_be_in(pickled) or NOT_A_NUMBER in pickled:
            return _dump(_MovingResultPickler, value, program, same_versions)
        return pickled, buffers
    except (_NeedsOverride, RecursionError):
        from clustrix_remote import deep

        class ThoroughPickler(_Reducing, deep.DeepPickler):
            """Slow, but nothing is too deep for it, and before 3.8 it can be taught what the C pickler cannot."""

        return deep.call_deep(_dump, ThoroughPickler, value, program, same_versions)


def _dump(pickler_class: "Any", value: "Any", program: "Any", same_versions: "Any", views: "Any" = None) -> "Any":
    stream = io.BytesIO()
    buffers = []
    protocol = 5 if _CAN_OVERRIDE else 4
    if protocol >= 5 and same_versions:
        # Small buffers in band: each one out of band costs a write of its own.
        def keep(buffer: "Any") -> "Any":
            raw = buffer.raw()
            if raw.nbytes < 65536:
                return True
            buffers.append(raw)
            return False

        pickler = pickler_class(stream, protocol, buffer_callback=keep)
    else:
        pickler = pickler_class(stream, protocol)
    pickler.begin(program, same_versions)
    pickler.dispatch_table.views = views or {}
    pickler.dump(value)
    shared = pickler.dispatch_table.shared_arrays() if views is None else None
    if shared:
        return _dump(pickler_class, value, program, same_versions, shared)
    return stream.getvalue(), buffers


class _ReducerTable:
    """A ``dispatch_table`` that answers for subclasses too; pickle asks it for the exact type of each object."""

    def __init__(self, program: "Any", same_versions: "Any", knows_fillers: "Any") -> None:
        self._program = program
        self._own: "Any" = None
        self._inherited: "Any" = None
        self._filled: "dict" = {}
        self._knows_fillers = knows_fillers
        #: Arrays that go as views into memory that they share, and those that are met.
        self.views: "dict" = {}
        self._arrays: "Any" = None
        self._is_portable = not same_versions

    def __getitem__(self, kind: "Any") -> "Any":
        usual = self._usual(kind)
        reducer = moved.reducer_home(kind, usual) or usual
        if reducer is not None:
            return reducer
        import copyreg

        return copyreg.dispatch_table[kind]

    def shared_arrays(self) -> "Any":
        """Those of the arrays that were met that share memory."""
        return self._arrays.views() if self._arrays is not None else {}

    def _array_reducer(self, usual: "Any") -> "Any":
        arrays = self._arrays

        def reduce_array(array: "Any") -> "Any":
            reduced = arrays.reduce(array, type(array))
            if reduced is not NotImplemented:
                return reduced
            return usual(array) if usual is not None else array.__reduce_ex__(5 if _CAN_OVERRIDE else 4)

        return reduce_array

    def _usual(self, kind: "Any") -> "Any":
        usual = self._of_libraries(kind)
        if "numpy" not in sys.modules:
            return usual
        if self._arrays is None:
            from clustrix_remote import array_views

            self._arrays = array_views.Arrays(self.views)
        if kind is sys.modules["numpy"].ndarray:
            return self._array_reducer(usual)
        self._arrays.note(kind)
        return usual

    def _of_libraries(self, kind: "Any") -> "Any":
        if issubclass(kind, BaseException):
            reducer = portable.exception_reducer(kind)
            if reducer is not None:
                return reducer
        if self._is_portable:
            from clustrix_remote import libraries

            reducer = libraries.reducer(kind)
            if reducer is not None:
                return reducer
        if kind.__name__ in _WEAK:
            from clustrix_remote import weak_references

            reducer = weak_references.reducer(kind)
            if reducer is not None:
                return reducer
        if self._own is None:
            from clustrix_remote import inherited, own_objects

            self._own, self._inherited = own_objects.OwnObjects(self._program), inherited
        if kind not in self._filled:
            filled = hashed.reducer(kind) or self._filling(self._inherited.reducer(kind))
            self._filled[kind] = portable.always(kind) or filled
        return self._own.reducer(kind, self._filled[kind])

    def _filling(self, reducer: "Any") -> "Any":
        """Before 3.8 the pickler in C knows no way to fill an object but its own."""
        return reducer if self._knows_fillers or reducer is None else _needs_override

    def get(self, kind: "Any", default: "Any" = None) -> "Any":
        """What the pickler in Python asks by."""
        try:
            return self[kind]
        except KeyError:
            return default


class _NeedsOverride(Exception):
    """Something that the C pickler of this Python (before 3.8) cannot be taught to pickle."""


def _needs_override(value: "Any") -> None:
    raise _NeedsOverride


class _Reducing:
    """What both picklers do with functions, classes and the client's own objects."""

    def begin(self, program: "Any", same_versions: "Any") -> None:
        self._program, self._tokens = program, program.tokens
        self._changed: "Any" = None
        knows_fillers = _CAN_OVERRIDE or not isinstance(self, Pickler)
        table = _ReducerTable(program, same_versions, knows_fillers)
        setattr(self, "dispatch_table", table)  # noqa: B010  # both picklers have it, each its own

    def reducer_override(self, value: "Any") -> "Any":
        kept = self._tokens.get(id(value))
        if kept is not None and type(value) is types.FunctionType and self._has_changed(value):
            from clustrix_remote import made

            return made.reduce_changed(value, kept[1])
        if kept is not None and type(value) is kept[2] and _is_as_it_came(value):
            named = value if hasattr(value, "__qualname__") or hasattr(value, "__name__") else type(value)
            return at_home, (kept[1], named.__module__, getattr(named, "__qualname__", None) or named.__name__)
        if isinstance(value, (types.FunctionType, type)):
            from clustrix_remote import made

            is_function = isinstance(value, types.FunctionType)
            member = made.reduce_member(value, self._tokens) if is_function else None
            return member or made.reduce_made(value, self._program.is_rebuilt) or NotImplemented
        return NotImplemented

    def _has_changed(self, function: "Any") -> "Any":
        if self._changed is None:
            self._changed = self._program.changed_functions()
        return id(function) in self._changed


def _is_as_it_came(value: "Any") -> "Any":
    """Whether an object of the client's is still the one that it sent: what marks by its identity alone may have been given attributes."""
    is_code = isinstance(value, (type, types.FunctionType)) or hasattr(value, "__wrapped__")
    return is_code or not getattr(value, "__dict__", None) or isinstance(value.__reduce__(), str)


class _ResultPickler(_Reducing, Pickler):
    if not _CAN_OVERRIDE:

        def persistent_id(self, value: "Any") -> "Any":
            if id(value) not in self._tokens and not isinstance(value, (types.FunctionType, type)):
                return None
            reduced = self.reducer_override(value)
            if reduced is NotImplemented:
                return None
            if reduced[0] is not at_home:
                raise _NeedsOverride
            return reduced[1]


class _MovingResultPickler(_ResultPickler):
    """The same where the value holds paths that are others at home, or ``math.nan``."""

    _nans: "Any" = None

    def persistent_id(self, value: "Any") -> "Any":
        if type(value) is float and value != value:
            from clustrix_remote import not_numbers

            self._nans = self._nans or not_numbers.known()
            return self._nans.get(id(value))
        if type(value) is str:
            home = moved.text_at_home(value)
            return None if home is None else (home.encode("utf-8", "surrogatepass"),)
        return None if _CAN_OVERRIDE else super(_MovingResultPickler, self).persistent_id(value)


def are_loaded(versions: "Any") -> "Any":
    """Whether those libraries that are loaded here are of these versions."""
    return all(getattr(sys.modules.get(name), "__version__", version) == version for name, version in versions.items())
