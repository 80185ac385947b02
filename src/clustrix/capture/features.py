"""What came to Python after 3.6, as far as people use it in functions that they run elsewhere: the version's second number by name.

Syntax that ``ast.parse(feature_version=..)`` knows is not listed. Names that an object of the user's may bear too are not either.
"""

from __future__ import annotations

#: Modules, functions, classes and methods of the standard library.
ADDED: dict[str, int] = {
    "annotationlib": 14, "ast.unparse": 9, "asyncio.Barrier": 11, "asyncio.Runner": 11, "asyncio.TaskGroup": 11, "asyncio.all_tasks": 7,
    "asyncio.create_task": 7, "asyncio.current_task": 7, "asyncio.get_running_loop": 7, "asyncio.run": 7, "asyncio.timeout": 11,
    "asyncio.to_thread": 9, "bisect.key": 10, "breakpoint": 7, "collections.abc.Buffer": 12, "compression": 14, "concurrent.interpreters": 14,
    "contextlib.AsyncExitStack": 7, "contextlib.aclosing": 10, "contextlib.asynccontextmanager": 7, "contextlib.chdir": 11,
    "contextlib.nullcontext": 7, "contextvars": 7, "copy.replace": 13, "dataclasses": 7, "datetime.UTC": 11, "datetime.date.fromisoformat": 7,
    "datetime.date.fromisocalendar": 8, "datetime.datetime.fromisocalendar": 8, "base64.b32hexdecode": 10, "base64.b32hexencode": 10,
    "logging.getHandlerNames": 12, "logging.getLevelNamesMapping": 11,
    "datetime.datetime.fromisoformat": 7, "enum.EnumType": 11, "enum.ReprEnum": 11, "enum.StrEnum": 11, "enum.member": 11, "enum.nonmember": 11,
    "functools.cache": 9, "functools.cached_property": 8, "functools.singledispatchmethod": 8, "graphlib": 9, "hashlib.file_digest": 11,
    "importlib.metadata": 8, "importlib.resources": 7, "importlib.resources.files": 9, "inspect.get_annotations": 10, "itertools.batched": 12,
    "itertools.pairwise": 10, "math.cbrt": 11, "math.comb": 8, "math.dist": 8, "math.exp2": 11, "math.fma": 13, "math.isqrt": 8, "math.lcm": 9,
    "math.nextafter": 9, "math.perm": 8, "math.prod": 8, "math.remainder": 7, "math.sumprod": 12, "math.ulp": 9,
    "multiprocessing.shared_memory": 8, "operator.call": 11, "os.process_cpu_count": 13, "os.waitstatus_to_exitcode": 9, "queue.SimpleQueue": 7,
    "queue.ShutDown": 13, "random.binomialvariate": 12, "random.randbytes": 9, "re.NOFLAG": 11, "re.Match": 7, "re.Pattern": 7, "shlex.join": 8,
    "statistics.NormalDist": 8, "statistics.correlation": 10, "statistics.covariance": 10, "statistics.fmean": 8, "statistics.geometric_mean": 8,
    "statistics.kde": 13, "statistics.linear_regression": 10, "statistics.multimode": 8, "statistics.quantiles": 8, "string.templatelib": 14,
    "sys.exception": 11, "sys.monitoring": 12, "sys.orig_argv": 10, "sys.stdlib_module_names": 10, "threading.excepthook": 8,
    "threading.get_native_id": 8, "time.monotonic_ns": 7, "time.perf_counter_ns": 7, "time.process_time_ns": 7, "time.thread_time": 7,
    "time.time_ns": 7, "tomllib": 11, "traceback.print_last_exc": 12, "types.EllipsisType": 10, "types.GenericAlias": 9, "types.NoneType": 10,
    "types.NotImplementedType": 10, "types.UnionType": 10, "types.get_original_bases": 12, "typing.Annotated": 9, "typing.Concatenate": 10,
    "typing.Final": 8, "typing.ForwardRef": 7, "typing.Literal": 8, "typing.LiteralString": 11, "typing.Never": 11, "typing.NotRequired": 11,
    "typing.OrderedDict": 7, "typing.ParamSpec": 10, "typing.Protocol": 8, "typing.ReadOnly": 13, "typing.Required": 11, "typing.Self": 11,
    "typing.SupportsIndex": 8, "typing.TypeAlias": 10, "typing.TypeAliasType": 12, "typing.TypeGuard": 10, "typing.TypeIs": 13,
    "typing.TypeVarTuple": 11, "typing.TypedDict": 8, "typing.Unpack": 11, "typing.assert_never": 11, "typing.assert_type": 11,
    "typing.dataclass_transform": 11, "typing.final": 8, "typing.get_args": 8, "typing.get_origin": 8, "typing.get_protocol_members": 13,
    "typing.is_typeddict": 10, "typing.override": 12, "typing.reveal_type": 11, "typing.runtime_checkable": 8, "unittest.IsolatedAsyncioTestCase": 8,
    "unittest.mock.AsyncMock": 8, "uuid.uuid6": 14, "uuid.uuid7": 14, "warnings.deprecated": 13, "zoneinfo": 9,
    "aiter": 10, "anext": 10, "BaseExceptionGroup": 11, "ExceptionGroup": 11, "EncodingWarning": 10, "PythonFinalizationError": 13,
    "str.removeprefix": 9, "str.removesuffix": 9, "str.isascii": 7, "bytes.removeprefix": 9, "bytes.removesuffix": 9,
}  # fmt: skip

#: Keyword arguments: of a function by its name, or of a builtin.
KEYWORDS: dict[tuple[str, str], int] = {
    ("asyncio.run", "loop_factory"): 12, ("dataclasses.dataclass", "kw_only"): 10, ("dataclasses.dataclass", "match_args"): 10,
    ("dataclasses.dataclass", "slots"): 10, ("dataclasses.dataclass", "weakref_slot"): 11, ("dataclasses.field", "kw_only"): 10,
    ("collections.namedtuple", "defaults"): 7, ("itertools.accumulate", "initial"): 8, ("itertools.batched", "strict"): 13,
    ("max", "default"): 4, ("pow", "mod"): 8, ("random.choices", "k"): 6, ("random.sample", "counts"): 9, ("shutil.copytree", "dirs_exist_ok"): 8,
    ("statistics.linear_regression", "proportional"): 11, ("subprocess.run", "capture_output"): 7, ("subprocess.run", "text"): 7,
    ("subprocess.check_output", "text"): 7, ("subprocess.Popen", "text"): 7, ("sum", "start"): 8, ("tempfile.TemporaryDirectory", "delete"): 12,
    ("tempfile.TemporaryDirectory", "ignore_cleanup_errors"): 10, ("zip", "strict"): 10, ("map", "strict"): 14, ("bisect.bisect", "key"): 10,
    ("bisect.bisect_left", "key"): 10, ("bisect.bisect_right", "key"): 10, ("bisect.insort", "key"): 10, ("json.loads", "parse_float"): 0,
    ("concurrent.futures.ProcessPoolExecutor", "max_tasks_per_child"): 11, ("concurrent.futures.ProcessPoolExecutor", "initializer"): 7,
    ("concurrent.futures.ThreadPoolExecutor", "initializer"): 7, ("typing.TypeVar", "default"): 13,
}  # fmt: skip

#: Methods whose name tells enough: on an object of which nothing is known.
METHODS: dict[str, int] = {
    "removeprefix": 9, "removesuffix": 9, "add_note": 11, "is_relative_to": 9, "with_stem": 9, "hardlink_to": 10, "bit_count": 10,
    "as_integer_ratio": 0, "reconfigure": 7, "isascii": 7,
}  # fmt: skip
#: Arguments of methods that only methods of the standard library have.
METHOD_KEYWORDS: dict[tuple[str, str], int] = {
    ("unlink", "missing_ok"): 8, ("shutdown", "cancel_futures"): 9, ("write_text", "newline"): 10,
    ("relative_to", "walk_up"): 12,
}  # fmt: skip

#: Builtin classes that can be subscripted since 3.9, and joined by `|` since 3.10.
GENERIC_BUILTINS = frozenset({"list", "dict", "tuple", "set", "frozenset", "type"})
GENERIC_ABCS = frozenset(
    f"collections.abc.{name}"
    for name in (
        "Callable",
        "Iterable",
        "Iterator",
        "Sequence",
        "Mapping",
        "Generator",
        "MutableMapping",
        "Collection",
        "Awaitable",
        "Set",
    )
) | frozenset(f"collections.{name}" for name in ("deque", "defaultdict", "OrderedDict", "Counter", "ChainMap"))
PLAIN_TYPES = GENERIC_BUILTINS | {"int", "str", "float", "bytes", "bool", "complex", "object"}

#: Modules that are gone, by the version that lacks them.
REMOVED: dict[str, int] = {
    "asynchat": 12, "asyncore": 12, "distutils": 12, "imp": 12, "smtpd": 12, "aifc": 13, "audioop": 13, "cgi": 13, "cgitb": 13, "chunk": 13,
    "crypt": 13, "imghdr": 13, "mailcap": 13, "msilib": 13, "nis": 13, "nntplib": 13, "ossaudiodev": 13, "pipes": 13, "sndhdr": 13, "spwd": 13,
    "sunau": 13, "telnetlib": 13, "uu": 13, "xdrlib": 13, "lib2to3": 13, "formatter": 10, "parser": 10, "symbol": 10, "binhex": 11,
}  # fmt: skip
