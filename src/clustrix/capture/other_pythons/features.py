"""What came to Python after 3.6, as far as people use it in functions that they run elsewhere: the version's second number by name.

Syntax is not listed (see ``capture.newer_syntax``), nor is what was brought to the older versions later, as some of them have it. A test asks the
Pythons that it finds whether it is true.
"""

from __future__ import annotations

#: Modules, functions, classes and methods of the standard library.
ADDED: dict[str, int] = {
    "BaseExceptionGroup": 11, "EncodingWarning": 10, "ExceptionGroup": 11, "PythonFinalizationError": 13, "aiter": 10, "anext": 10,
    "annotationlib": 14, "breakpoint": 7, "compression": 14, "contextvars": 7, "dataclasses": 7, "graphlib": 9, "tomllib": 11, "zoneinfo": 9,
    "dataclasses.KW_ONLY": 10, "BaseException.add_note": 11, "abc.update_abstractmethods": 10, "argparse.ArgumentParser.parse_intermixed_args": 7,
    "argparse.ArgumentParser.parse_known_intermixed_args": 7, "argparse.BooleanOptionalAction": 9, "array.array.clear": 13,
    "ast.get_source_segment": 8, "ast.unparse": 9, "asyncio.Barrier": 11, "asyncio.BrokenBarrierError": 11, "asyncio.Future.get_loop": 7,
    "asyncio.Queue.shutdown": 13, "asyncio.QueueShutDown": 13, "asyncio.Runner": 11, "asyncio.StreamWriter.is_closing": 7,
    "asyncio.StreamWriter.start_tls": 11, "asyncio.StreamWriter.wait_closed": 7, "asyncio.Task.cancelling": 11, "asyncio.Task.get_context": 12,
    "asyncio.Task.get_coro": 8, "asyncio.Task.get_name": 8, "asyncio.Task.set_name": 8, "asyncio.Task.uncancel": 11, "asyncio.TaskGroup": 11,
    "asyncio.all_tasks": 7, "asyncio.create_eager_task_factory": 12, "asyncio.create_task": 7, "asyncio.current_task": 7,
    "asyncio.eager_task_factory": 12, "asyncio.get_running_loop": 7, "asyncio.run": 7, "asyncio.timeout": 11, "asyncio.timeout_at": 11,
    "asyncio.to_thread": 9, "base64.b32hexdecode": 10, "base64.b32hexencode": 10, "base64.z85decode": 13, "base64.z85encode": 13,
    "bytearray.isascii": 7, "bytearray.removeprefix": 9, "bytearray.removesuffix": 9, "bytes.isascii": 7, "bytes.removeprefix": 9,
    "bytes.removesuffix": 9, "bz2.BZ2File.mode": 13, "bz2.BZ2File.name": 13, "calendar.Calendar.itermonthdays3": 7,
    "calendar.Calendar.itermonthdays4": 7, "calendar.Day": 12, "calendar.Month": 12, "codecs.unregister": 10, "collections.Counter.total": 10,
    "collections.UserString.removeprefix": 9, "collections.UserString.removesuffix": 9, "collections.abc.Buffer": 12,
    "concurrent.futures.BrokenExecutor": 7, "concurrent.futures.InvalidStateError": 8, "concurrent.futures.thread.BrokenThreadPool": 7,
    "concurrent.interpreters": 14, "configparser.MultilineContinuationError": 13, "contextlib.AbstractAsyncContextManager": 7,
    "contextlib.AsyncContextDecorator": 10, "contextlib.AsyncExitStack": 7, "contextlib.aclosing": 10, "contextlib.asynccontextmanager": 7,
    "contextlib.chdir": 11, "contextlib.nullcontext": 7, "copy.replace": 13, "ctypes.BigEndianUnion": 11, "ctypes.LittleEndianUnion": 11,
    "datetime.UTC": 11, "datetime.date.fromisocalendar": 8, "datetime.date.fromisoformat": 7, "datetime.datetime.fromisocalendar": 8,
    "datetime.datetime.fromisoformat": 7, "datetime.time.fromisoformat": 7, "enum.EnumCheck": 11, "enum.EnumDict": 13, "enum.EnumType": 11,
    "enum.FlagBoundary": 11, "enum.ReprEnum": 11, "enum.StrEnum": 11, "enum.global_enum": 11, "enum.member": 11, "enum.nonmember": 11,
    "enum.property": 11, "enum.show_flag_values": 11, "enum.verify": 11, "fractions.Fraction.as_integer_ratio": 8,
    "fractions.Fraction.is_integer": 12, "functools.cache": 9, "functools.cached_property": 8, "functools.singledispatchmethod": 8,
    "gc.freeze": 7, "gc.get_freeze_count": 7, "gc.unfreeze": 7, "glob.translate": 13, "gzip.BadGzipFile": 8, "hashlib.file_digest": 11,
    "hmac.digest": 7, "http.HTTPMethod": 11, "importlib.metadata": 8, "importlib.metadata.EntryPoints": 10,
    "importlib.metadata.packages_distributions": 10, "importlib.resources": 7, "importlib.resources.abc": 11, "importlib.resources.as_file": 9,
    "importlib.resources.files": 9, "importlib.util.source_hash": 7, "inspect.get_annotations": 10, "inspect.getasyncgenlocals": 12,
    "inspect.getasyncgenstate": 12, "inspect.getmembers_static": 11, "inspect.ismethodwrapper": 11, "inspect.markcoroutinefunction": 12,
    "int.as_integer_ratio": 8, "int.bit_count": 10, "int.is_integer": 12, "io.TextIOWrapper.reconfigure": 7, "io.TextIOWrapper.write_through": 7,
    "io.open_code": 8, "io.text_encoding": 10, "itertools.batched": 12, "itertools.pairwise": 10, "locale.getencoding": 11, "locale.localize": 10,
    "logging.StreamHandler.setStream": 7, "logging.getHandlerNames": 12, "logging.getLevelNamesMapping": 11, "lzma.LZMAFile.mode": 13,
    "lzma.LZMAFile.name": 13, "math.cbrt": 11, "math.comb": 8, "math.dist": 8, "math.exp2": 11, "math.fma": 13, "math.isqrt": 8, "math.lcm": 9,
    "math.nextafter": 9, "math.perm": 8, "math.prod": 8, "math.remainder": 7, "math.sumprod": 12, "math.ulp": 9, "memoryview.toreadonly": 8,
    "mimetypes.MimeTypes.guess_file_type": 13, "mimetypes.guess_file_type": 13, "multiprocessing.Process.close": 7,
    "multiprocessing.Process.kill": 7, "multiprocessing.parent_process": 8, "multiprocessing.shared_memory": 8, "operator.call": 11,
    "os.DirEntry.is_junction": 12, "os.copy_file_range": 8, "os.eventfd": 10, "os.eventfd_read": 10, "os.eventfd_write": 10, "os.grantpt": 13,
    "os.login_tty": 11, "os.memfd_create": 8, "os.path.isjunction": 12, "os.path.splitroot": 12, "os.pidfd_open": 9, "os.posix_openpt": 13,
    "os.posix_spawn": 8, "os.posix_spawnp": 8, "os.preadv": 7, "os.process_cpu_count": 13, "os.ptsname": 13, "os.pwritev": 7,
    "os.register_at_fork": 7, "os.setns": 12, "os.splice": 10, "os.timerfd_create": 13, "os.timerfd_gettime": 13, "os.timerfd_gettime_ns": 13,
    "os.timerfd_settime": 13, "os.timerfd_settime_ns": 13, "os.unlockpt": 13, "os.unshare": 12, "os.waitstatus_to_exitcode": 9,
    "pathlib.Path.from_uri": 13, "pathlib.Path.full_match": 13, "pathlib.Path.hardlink_to": 10, "pathlib.Path.is_junction": 12,
    "pathlib.Path.is_mount": 7, "pathlib.Path.is_relative_to": 9, "pathlib.Path.parser": 13, "pathlib.Path.readlink": 9, "pathlib.Path.walk": 12,
    "pathlib.Path.with_segments": 12, "pathlib.Path.with_stem": 9, "pathlib.PurePath.full_match": 13, "pathlib.PurePath.is_relative_to": 9,
    "pathlib.PurePath.parser": 13, "pathlib.PurePath.with_segments": 12, "pathlib.PurePath.with_stem": 9, "pathlib.UnsupportedOperation": 13,
    "pickle.PickleBuffer": 8, "pkgutil.resolve_name": 9, "platform.freedesktop_os_release": 10, "pprint.pp": 8, "queue.Queue.shutdown": 13,
    "queue.ShutDown": 13, "queue.SimpleQueue": 7, "random.Random.randbytes": 9, "random.binomialvariate": 12, "random.randbytes": 9,
    "re.Match": 7, "re.NOFLAG": 11, "re.Pattern": 7, "re.PatternError": 13, "shlex.join": 8, "signal.pidfd_send_signal": 9,
    "signal.raise_signal": 8, "signal.strsignal": 8, "signal.valid_signals": 8, "sqlite3.Blob": 11, "sqlite3.Connection.autocommit": 12,
    "sqlite3.Connection.backup": 7, "sqlite3.Connection.blobopen": 11, "sqlite3.Connection.create_window_function": 11,
    "sqlite3.Connection.deserialize": 11, "sqlite3.Connection.getconfig": 12, "sqlite3.Connection.getlimit": 11,
    "sqlite3.Connection.serialize": 11, "sqlite3.Connection.setconfig": 12, "sqlite3.Connection.setlimit": 11, "statistics.NormalDist": 8,
    "statistics.NormalDist.zscore": 9, "statistics.correlation": 10, "statistics.covariance": 10, "statistics.fmean": 8,
    "statistics.geometric_mean": 8, "statistics.kde": 13, "statistics.kde_random": 13, "statistics.linear_regression": 10,
    "statistics.multimode": 8, "statistics.quantiles": 8, "str.isascii": 7, "str.removeprefix": 9, "str.removesuffix": 9,
    "string.Template.get_identifiers": 11, "string.Template.is_valid": 11, "string.templatelib": 14,
    "sys.addaudithook": 8, "sys.audit": 8, "sys.breakpointhook": 7, "sys.exception": 11, "sys.get_coroutine_origin_tracking_depth": 7,
    "sys.monitoring": 12, "sys.orig_argv": 10, "sys.platlibdir": 9, "sys.set_coroutine_origin_tracking_depth": 7,
    "sys.stdlib_module_names": 10, "sys.unraisablehook": 8, "threading.Thread.native_id": 8, "threading.excepthook": 8,
    "threading.get_native_id": 8, "threading.getprofile": 10, "threading.gettrace": 10, "threading.setprofile_all_threads": 12,
    "threading.settrace_all_threads": 12, "time.clock_gettime_ns": 7, "time.clock_settime_ns": 7, "time.monotonic_ns": 7,
    "time.perf_counter_ns": 7, "time.process_time_ns": 7, "time.pthread_getcpuclockid": 7, "time.thread_time": 7, "time.thread_time_ns": 7,
    "time.time_ns": 7, "traceback.StackSummary.format_frame_summary": 11, "traceback.TracebackException.exc_type_str": 13,
    "traceback.TracebackException.print": 11, "types.CapsuleType": 13, "types.CellType": 8, "types.ClassMethodDescriptorType": 7,
    "types.CodeType.replace": 8, "types.EllipsisType": 10, "types.GenericAlias": 9, "types.MethodDescriptorType": 7, "types.MethodWrapperType": 7,
    "types.NoneType": 10, "types.NotImplementedType": 10, "types.UnionType": 10, "types.WrapperDescriptorType": 7, "types.get_original_bases": 12,
    "types.resolve_bases": 7, "typing.Annotated": 9, "typing.Concatenate": 10, "typing.Final": 8, "typing.ForwardRef": 7, "typing.Literal": 8,
    "typing.LiteralString": 11, "typing.Never": 11, "typing.NoDefault": 13, "typing.NotRequired": 11, "typing.OrderedDict": 7,
    "typing.ParamSpec": 10, "typing.ParamSpec.has_default": 13, "typing.ParamSpecArgs": 10, "typing.ParamSpecKwargs": 10, "typing.Protocol": 8,
    "typing.ReadOnly": 13, "typing.Required": 11, "typing.Self": 11, "typing.SupportsIndex": 8, "typing.TypeAlias": 10,
    "typing.TypeAliasType": 12, "typing.TypeGuard": 10, "typing.TypeIs": 13, "typing.TypeVar.has_default": 13, "typing.TypeVarTuple": 11,
    "typing.TypeVarTuple.has_default": 13, "typing.TypedDict": 8, "typing.Unpack": 11, "typing.assert_never": 11, "typing.assert_type": 11,
    "typing.clear_overloads": 11, "typing.dataclass_transform": 11, "typing.final": 8, "typing.get_args": 8, "typing.get_origin": 8,
    "typing.get_overloads": 11, "typing.get_protocol_members": 13, "typing.is_protocol": 13, "typing.is_typeddict": 10, "typing.override": 12,
    "typing.reveal_type": 11, "typing.runtime_checkable": 8, "unicodedata.is_normalized": 8, "unittest.IsolatedAsyncioTestCase": 8,
    "unittest.IsolatedAsyncioTestCase.enterAsyncContext": 11, "unittest.TestCase.addClassCleanup": 8, "unittest.TestCase.assertNoLogs": 10,
    "unittest.TestCase.doClassCleanups": 8, "unittest.TestCase.enterClassContext": 11, "unittest.TestCase.enterContext": 11,
    "unittest.addModuleCleanup": 8, "unittest.doModuleCleanups": 11, "unittest.enterModuleContext": 11,
    "unittest.mock.AsyncMock": 8, "unittest.mock.seal": 7, "uuid.SafeUUID": 7, "uuid.uuid6": 14, "uuid.uuid7": 14, "warnings.deprecated": 13,
    "xml.etree.ElementTree.C14NWriterTarget": 8, "xml.etree.ElementTree.TreeBuilder.comment": 8, "xml.etree.ElementTree.TreeBuilder.pi": 8,
    "xml.etree.ElementTree.XMLParser.flush": 13, "xml.etree.ElementTree.XMLPullParser.flush": 13, "xml.etree.ElementTree.canonicalize": 8,
    "xml.etree.ElementTree.indent": 9, "zipfile.Path": 8, "zipfile.Path.stem": 11, "zipfile.Path.suffix": 11, "zipfile.Path.suffixes": 11,
    "zipfile.ZipFile.mkdir": 11,
}  # fmt: skip

#: Keyword arguments: of a function by its name, or of a builtin.
KEYWORDS: dict[tuple[str, str], int] = {
    ("argparse.ArgumentParser", "exit_on_error"): 9, ("ast.dump", "indent"): 9, ("ast.dump", "show_empty"): 13,
    ("ast.parse", "feature_version"): 8, ("ast.parse", "optimize"): 13, ("ast.parse", "type_comments"): 8, ("asyncio.Future.cancel", "msg"): 9,
    ("asyncio.Task", "context"): 11, ("asyncio.Task", "eager_start"): 12, ("asyncio.Task", "name"): 8, ("asyncio.Task.cancel", "msg"): 9,
    ("asyncio.create_task", "context"): 11, ("asyncio.create_task", "name"): 8, ("asyncio.run", "loop_factory"): 12,
    ("binascii.a2b_base64", "strict_mode"): 11, ("binascii.b2a_uu", "backtick"): 7, ("bisect.bisect", "key"): 10,
    ("bisect.bisect_left", "key"): 10, ("bisect.bisect_right", "key"): 10, ("bisect.insort", "key"): 10, ("bisect.insort_left", "key"): 10,
    ("bisect.insort_right", "key"): 10, ("collections.namedtuple", "defaults"): 7, ("concurrent.futures.Executor.shutdown", "cancel_futures"): 9,
    ("concurrent.futures.ProcessPoolExecutor", "initargs"): 7, ("concurrent.futures.ProcessPoolExecutor", "initializer"): 7,
    ("concurrent.futures.ProcessPoolExecutor", "max_tasks_per_child"): 11, ("concurrent.futures.ProcessPoolExecutor", "mp_context"): 7,
    ("concurrent.futures.ThreadPoolExecutor", "initargs"): 7, ("concurrent.futures.ThreadPoolExecutor", "initializer"): 7,
    ("configparser.ConfigParser", "allow_unnamed_section"): 13, ("configparser.RawConfigParser", "allow_unnamed_section"): 13,
    ("dataclasses.dataclass", "kw_only"): 10, ("dataclasses.dataclass", "match_args"): 10, ("dataclasses.dataclass", "slots"): 10,
    ("dataclasses.dataclass", "weakref_slot"): 11, ("dataclasses.field", "kw_only"): 10, ("eval", "globals"): 13, ("eval", "locals"): 13,
    ("exec", "closure"): 11, ("exec", "globals"): 13, ("exec", "locals"): 13, ("fileinput.FileInput", "encoding"): 10,
    ("fileinput.FileInput", "errors"): 10, ("fileinput.hook_compressed", "encoding"): 10, ("fileinput.hook_compressed", "errors"): 10,
    ("fileinput.input", "encoding"): 10, ("fileinput.input", "errors"): 10, ("gc.get_objects", "generation"): 8, ("glob.glob", "dir_fd"): 10,
    ("glob.glob", "include_hidden"): 11, ("glob.glob", "root_dir"): 10, ("glob.iglob", "dir_fd"): 10, ("glob.iglob", "include_hidden"): 11,
    ("glob.iglob", "root_dir"): 10, ("gzip.compress", "mtime"): 8, ("hashlib.md5", "usedforsecurity"): 9, ("hashlib.new", "usedforsecurity"): 9,
    ("hashlib.sha1", "usedforsecurity"): 9, ("hashlib.sha256", "usedforsecurity"): 9, ("hashlib.sha512", "usedforsecurity"): 9,
    ("http.client.HTTPConnection", "blocksize"): 7,
    ("inspect.Signature.from_callable", "globals"): 10, ("inspect.Signature.from_callable", "locals"): 10, ("inspect.signature", "eval_str"): 10,
    ("inspect.signature", "globals"): 10, ("inspect.signature", "locals"): 10, ("itertools.accumulate", "initial"): 8,
    ("itertools.batched", "strict"): 13, ("locale.format_string", "monetary"): 7, ("logging.FileHandler", "errors"): 9,
    ("logging.Formatter", "defaults"): 10, ("logging.Formatter", "validate"): 8, ("logging.handlers.RotatingFileHandler", "errors"): 9,
    ("logging.handlers.TimedRotatingFileHandler", "errors"): 9, ("logging.handlers.WatchedFileHandler", "errors"): 9, ("map", "strict"): 14,
    ("marshal.dump", "allow_code"): 13, ("marshal.dumps", "allow_code"): 13, ("marshal.load", "allow_code"): 13,
    ("marshal.loads", "allow_code"): 13, ("math.nextafter", "steps"): 12, ("multiprocessing.managers.BaseManager", "shutdown_timeout"): 11,
    ("os.path.realpath", "strict"): 10, ("os.sendfile", "in_fd"): 9, ("os.sendfile", "out_fd"): 9, ("pathlib.Path.chmod", "follow_symlinks"): 10,
    ("pathlib.Path.exists", "follow_symlinks"): 12, ("pathlib.Path.glob", "case_sensitive"): 12, ("pathlib.Path.glob", "recurse_symlinks"): 13,
    ("pathlib.Path.group", "follow_symlinks"): 13, ("pathlib.Path.is_dir", "follow_symlinks"): 13,
    ("pathlib.Path.is_file", "follow_symlinks"): 13, ("pathlib.Path.match", "case_sensitive"): 12, ("pathlib.Path.owner", "follow_symlinks"): 13,
    ("pathlib.Path.read_text", "newline"): 13, ("pathlib.Path.relative_to", "walk_up"): 12, ("pathlib.Path.rglob", "case_sensitive"): 12,
    ("pathlib.Path.rglob", "recurse_symlinks"): 13, ("pathlib.Path.stat", "follow_symlinks"): 10, ("pathlib.Path.unlink", "missing_ok"): 8,
    ("pathlib.Path.write_text", "newline"): 10, ("pathlib.PurePath.match", "case_sensitive"): 12, ("pathlib.PurePath.relative_to", "walk_up"): 12,
    ("pickle.Pickler", "buffer_callback"): 8, ("pickle.Unpickler", "buffers"): 8, ("pickle.dump", "buffer_callback"): 8,
    ("pickle.dumps", "buffer_callback"): 8, ("pickle.load", "buffers"): 8, ("pickle.loads", "buffers"): 8, ("pow", "base"): 8, ("pow", "exp"): 8,
    ("pow", "mod"): 8, ("pprint.PrettyPrinter", "sort_dicts"): 8, ("pprint.PrettyPrinter", "underscore_numbers"): 10,
    ("pprint.pformat", "sort_dicts"): 8, ("pprint.pformat", "underscore_numbers"): 10, ("pprint.pprint", "sort_dicts"): 8,
    ("pprint.pprint", "underscore_numbers"): 10, ("random.sample", "counts"): 9, ("shutil.chown", "dir_fd"): 13,
    ("shutil.chown", "follow_symlinks"): 13, ("shutil.copytree", "dirs_exist_ok"): 8, ("shutil.rmtree", "dir_fd"): 11,
    ("shutil.rmtree", "onexc"): 12, ("sqlite3.Connection.iterdump", "filter"): 13, ("statistics.fmean", "weights"): 11,
    ("statistics.harmonic_mean", "weights"): 10, ("statistics.linear_regression", "proportional"): 11, ("str.replace", "count"): 13,
    ("subprocess.Popen", "extra_groups"): 9, ("subprocess.Popen", "group"): 9, ("subprocess.Popen", "pipesize"): 10,
    ("subprocess.Popen", "process_group"): 11, ("subprocess.Popen", "text"): 7, ("subprocess.Popen", "umask"): 9, ("subprocess.Popen", "user"): 9,
    ("subprocess.check_output", "text"): 7, ("subprocess.getoutput", "encoding"): 11, ("subprocess.getoutput", "errors"): 11,
    ("subprocess.getstatusoutput", "encoding"): 11, ("subprocess.getstatusoutput", "errors"): 11, ("subprocess.run", "capture_output"): 7,
    ("subprocess.run", "text"): 7, ("sum", "start"): 8, ("tarfile.TarFile", "stream"): 13, ("tempfile.NamedTemporaryFile", "delete_on_close"): 12,
    ("tempfile.NamedTemporaryFile", "errors"): 8, ("tempfile.SpooledTemporaryFile", "errors"): 8, ("tempfile.TemporaryDirectory", "delete"): 12,
    ("tempfile.TemporaryDirectory", "ignore_cleanup_errors"): 10, ("tempfile.TemporaryFile", "errors"): 8,
    ("threading.Semaphore.release", "n"): 9, ("traceback.TracebackException", "compact"): 10,
    ("traceback.TracebackException.format_exception_only", "show_group"): 13, ("typing.TypeVar", "default"): 13,
    ("typing.get_type_hints", "include_extras"): 9, ("warnings.catch_warnings", "action"): 11, ("warnings.catch_warnings", "append"): 11,
    ("warnings.catch_warnings", "category"): 11, ("warnings.catch_warnings", "lineno"): 11, ("xml.dom.minidom.Node.toprettyxml", "standalone"): 9,
    ("xml.dom.minidom.Node.toxml", "standalone"): 9, ("xml.etree.ElementTree.tostring", "default_namespace"): 8,
    ("xml.etree.ElementTree.tostring", "xml_declaration"): 8, ("xml.etree.ElementTree.tostringlist", "default_namespace"): 8,
    ("xml.etree.ElementTree.tostringlist", "xml_declaration"): 8, ("zip", "strict"): 10, ("zipfile.ZipFile", "compresslevel"): 7,
    ("zipfile.ZipFile", "metadata_encoding"): 11, ("zipfile.ZipFile", "strict_timestamps"): 8,
    ("zipfile.ZipInfo.from_file", "strict_timestamps"): 8,
}  # fmt: skip

#: How many arguments, from the fewest to the most, a function takes before the version that takes others.
COUNTS: dict[str, tuple[int, int, int]] = {
    "int.from_bytes": (2, 3, 11), "int.to_bytes": (2, 3, 11), "math.gcd": (2, 2, 9), "math.hypot": (2, 2, 8),
    "traceback.format_exception": (3, 255, 10), "traceback.format_exception_only": (2, 255, 10), "traceback.print_exception": (3, 255, 10),
    "bytes.hex": (0, 0, 8), "bytearray.hex": (0, 0, 8),
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

#: What ``Number = int | float``, ``Rows = list[int]`` and ``type Pair = ..`` make, and who can.
MADE_TYPES: dict[str, int] = {"types.UnionType()": 10, "types.GenericAlias()": 9, "typing.TypeAliasType()": 12}

#: Modules that are gone, by the version that lacks them.
REMOVED: dict[str, int] = {
    "asynchat": 12, "asyncore": 12, "distutils": 12, "imp": 12, "smtpd": 12, "aifc": 13, "audioop": 13, "cgi": 13, "cgitb": 13, "chunk": 13,
    "crypt": 13, "imghdr": 13, "mailcap": 13, "msilib": 13, "nis": 13, "nntplib": 13, "ossaudiodev": 13, "pipes": 13, "sndhdr": 13, "spwd": 13,
    "sunau": 13, "telnetlib": 13, "uu": 13, "xdrlib": 13, "lib2to3": 13, "formatter": 10, "parser": 10, "symbol": 10, "binhex": 11,
}  # fmt: skip
