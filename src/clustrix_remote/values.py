"""Values on the cluster: reading a call, writing a result. (:mod:`clustrix.values` is the other end.)

A result is pickled by the highest protocol that this Python has. Things that came from the client go back as
references to themselves (:func:`at_home`), so that identity and ``isinstance`` hold there; exceptions go apart into class, arguments,
attributes, cause and context, because calling ``__init__`` again with ``args`` fails for every class that builds its own message.
"""

import io
import pickle
import sys
import types

from clustrix_remote import portable


def load_call(pickled, buffers):
    """``(function, args, kwargs)`` from the bytes that the client made."""
    stream = io.BytesIO(pickled)
    if sys.version_info >= (3, 8):
        return _Unpickler(stream, buffers=buffers).load()
    return _Unpickler(stream).load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        return portable.find_class(super(_Unpickler, self).find_class, module, name)


def at_home(token, module, qualname):
    """Stands in a pickle for the client's own object ``token``; only the client can say what it is."""
    raise pickle.UnpicklingError("{}.{} is an object of the client".format(module, qualname))


def dump_result(value, program, same_versions):
    """``(pickle, buffers)`` of a value. Raises what pickling raises."""
    stream = io.BytesIO()
    buffers = []
    protocol = min(pickle.HIGHEST_PROTOCOL, 5)
    if protocol >= 5 and same_versions:
        # Small buffers in band: each one out of band costs a write of its own.
        def keep(buffer):
            raw = buffer.raw()
            if raw.nbytes < 65536:
                return True
            buffers.append(raw)
            return False

        pickler = _ResultPickler(stream, protocol, buffer_callback=keep)
    else:
        pickler = _ResultPickler(stream, protocol)
    pickler.begin(program, same_versions)
    pickler.dump(value)
    return stream.getvalue(), buffers


class _ReducerTable:
    """A ``dispatch_table`` that answers for subclasses too; pickle asks it for the exact type of each object."""

    def __init__(self, same_versions):
        self._portable = {} if same_versions else portable.reducers()

    def __getitem__(self, kind):
        if issubclass(kind, BaseException):
            reducer = portable.exception_reducer(kind)
            if reducer is not None:
                return reducer
        for name in self._portable:
            if kind.__module__.partition(".")[0] == name:
                reducer = self._portable[name](kind)
                if reducer is not None:
                    return reducer
        import copyreg

        return copyreg.dispatch_table[kind]


class _ResultPickler(pickle.Pickler):
    def begin(self, program, same_versions):
        self._tokens = program.tokens
        self.dispatch_table = _ReducerTable(same_versions)

    def _reduce_to_home(self, value):
        kept = self._tokens.get(id(value))
        if kept is None:
            return None
        return at_home, (kept[1], value.__module__, getattr(value, "__qualname__", value.__name__))

    if sys.version_info >= (3, 8):

        def reducer_override(self, value):
            return self._reduce_to_home(value) or NotImplemented

    else:
        # Without reducer_override (3.8), functions and classes are caught one step earlier.
        def persistent_id(self, value):
            if isinstance(value, (types.FunctionType, type)) and id(value) in self._tokens:
                return self._reduce_to_home(value)[1]
            return None
