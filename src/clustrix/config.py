"""ClusterConfig: where and how a call runs; and the places that say so.

::

    defaults < ~/.config/clustrix/config.toml < [tool.clustrix] in the nearest pyproject.toml < CLUSTRIX_* variables
             < configure(..) < using(..) < @cluster(..) < .options(..)

They are merged when a call is made, by one pure function, ``merge``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from clustrix.config_files import environment_layer, file_layers
from clustrix.errors import ConfigError
from clustrix.named_clusters import join_words, with_chosen_cluster
from clustrix.resources import Resources
from clustrix.word_checks import ClusterType
from clustrix.words import Layer, caller, check_word, unknown_word

if TYPE_CHECKING:
    from typing import Unpack

    from clustrix.words import Words


@dataclass(frozen=True, kw_only=True)
class ClusterConfig:
    """Where and how a call runs. It never changes; ``dataclasses.replace`` makes another.

    Lists may be given as lists, paths as ``pathlib.Path``; raises ConfigError for an unknown or senseless word.

    >>> config = ClusterConfig(cluster_host="login.hpc.edu", memory="16GB")
    >>> config.resources.memory_bytes == 16 * 2**30
    True
    """

    # Where
    cluster: str | None = None
    """The name of a ``[clusters.NAME]`` table in a configuration file."""
    cluster_type: ClusterType = "auto"
    """The scheduler. ``auto``: what is found on ``cluster_host`` or here, else a plain process. ``local``: a fresh
    process here, whatever ``cluster_host`` says. ``ssh``: a plain process on ``cluster_host``."""
    cluster_host: str | None = None
    """The login node: a name or an alias of ssh_config. Without it, this machine. Several hosts without a scheduler, as
    a list or as ``"a,b"``, are one pool of machines: each call goes to the one with the most room."""
    cluster_port: int | None = None
    username: str | None = None
    key_file: str | None = None
    ssh_config: str | None = None
    """A file that ssh reads instead of ``~/.ssh/config``."""
    ssh_options: tuple[str, ...] = ()
    """Further options as in ssh_config: ``("ConnectTimeout=10",)``."""

    # Folders
    remote_work_dir: str = "~"
    """The folder on the cluster that holds ``.clustrix`` and that relative paths of file functions mean."""
    local_work_dir: str | None = None
    """What relative paths of file functions mean here; the current folder unless given."""
    cleanup_on_success: bool = True
    """Whether a job's folder on the cluster goes when its value has been fetched."""

    # Python and what is around it
    python_executable: str | None = None
    """The cluster's Python: a path or a command."""
    environment: str | tuple[str, ...] | None = "auto"
    """Third-party packages: ``auto`` builds what the function imports, ``None`` (in files ``"none"``) takes the
    interpreter as it is; else an environment's folder, ``container:/an/image``, a file, or a list of requirements."""
    python_version: str | None = None
    """Which of the cluster's Pythons is wanted: ``"3.12"``."""
    python_folders: tuple[str, ...] = ()
    """Where Pythons are, beside PATH and the usual folders: ``"/sw/python/*"``."""
    strict_versions: bool = False
    """Whether packages must be there in the very versions that are installed here."""
    module_loads: tuple[str, ...] = ()
    environment_variables: dict[str, str] = field(default_factory=dict, hash=False, repr=False)
    """Names and values; a bare name, or None as the value, takes the value that it has here."""
    pre_execution_commands: tuple[str, ...] = ()
    """Shell commands run in the job before Python starts."""

    # What travels
    include: tuple[str, ...] = ()
    """Files or modules to ship although nothing was seen that needs them."""
    exclude: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    """Third-party distributions needed although no import of them was seen."""
    data: tuple[str, ...] = ()
    """Data files (or patterns) to lay into the job's working folder."""

    # What one call asks for
    cores: int = 1
    memory: str | None = None
    time: str | timedelta | None = None
    partition: str | None = None
    account: str | None = None
    qos: str | None = None
    gpus: int | str | None = None
    nodes: int | None = None
    constraint: str | None = None
    name: str | None = None
    """The job's name in the scheduler; the function's unless given."""
    dependency: str | None = None
    max_parallel: int | None = None
    """How many tasks of an array run at once."""
    retries: int | dict[str, int] = field(default=0, hash=False)
    """How often a call is made again when its job failed: a number, or numbers by what ended it,
    ``{"node": 3, "memory": 2}``. The function's own exception counts only as ``"exception"``."""
    slurm: dict[str, str | int | float | bool] = field(default_factory=dict, hash=False)
    """Any option of sbatch by its own name: ``{"constraint": "avx512", "exclusive": True}``."""
    sge: dict[str, str | int | float | bool] = field(default_factory=dict, hash=False)
    """Any option of Grid Engine's qsub: ``{"l": "arch=lx-amd64", "pe": "mpi 16"}``."""
    pbs: dict[str, str | int | float | bool] = field(default_factory=dict, hash=False)
    """Any option of PBS's qsub: ``{"l": "place=excl"}``."""
    lsf: dict[str, str | int | float | bool] = field(default_factory=dict, hash=False)
    """Any option of bsub: ``{"x": True}``."""

    if TYPE_CHECKING:  # more may be given than is held: lists, paths

        def __init__(self, **words: Unpack[Words]) -> None: ...

    else:

        def __new__(cls, **words):
            """Without this an unknown word would be a bare TypeError, with no hint."""
            for name in words:
                if name not in cls.__dataclass_fields__:
                    raise unknown_word(name, "ClusterConfig(..)")
            return super().__new__(cls)

    def __post_init__(self) -> None:
        for item in fields(self):
            value: Any = getattr(self, item.name)
            if value is None:
                _refuse_none(item.name, item.default)
            elif value is not item.default:
                object.__setattr__(self, item.name, check_word(item.name, value, "ClusterConfig(..)"))
        object.__setattr__(self, "environment_variables", _with_values_from_here(self.environment_variables))
        if self.cluster_type == "ssh" and self.cluster_host is None:
            raise ConfigError(
                'cluster_type="ssh" needs a host', where="ClusterConfig(..)", hint='cluster_host="login.hpc.edu"'
            )

    @property
    def resources(self) -> Resources:
        """What one call asks for, in base units."""
        return Resources.from_words(
            cores=self.cores,
            memory=self.memory,
            time=self.time,
            gpus=self.gpus,
            partition=self.partition,
            account=self.account,
            qos=self.qos,
            nodes=self.nodes,
            constraint=self.constraint,
            name=self.name,
            dependency=self.dependency,
            max_parallel=self.max_parallel,
            extra=self.slurm,
        )

    def resources_on(self, scheduler: str) -> Resources:
        """What one call asks for, with the further options of that scheduler and of no other."""
        tables = {"slurm": self.slurm, "sge": self.sge, "pbs": self.pbs, "lsf": self.lsf}
        return replace(self.resources, extra=dict(tables.get(scheduler, {})))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of ``cluster_host``, which are several for a pool.

        >>> ClusterConfig(cluster_host=["ann", "bob"]).hosts
        ('ann', 'bob')
        """
        return tuple(self.cluster_host.split(",")) if self.cluster_host else ()

    def on_host(self, host: str) -> ClusterConfig:
        """The same with one host alone."""
        return self if host == self.cluster_host else replace(self, cluster_host=host)

    def on_each_host(self) -> list[ClusterConfig]:
        """One configuration for each host; itself where there is none."""
        return [self.on_host(host) for host in self.hosts] or [self]

    @property
    def runs_here(self) -> bool:
        """Whether no other machine has to be reached."""
        return self.cluster_type == "local" or self.cluster_host is None


def merge(layers: Sequence[Layer]) -> ClusterConfig:
    """One configuration from what each place says, the last one winning; tables of variables and options are joined.

    >>> merge([Layer("a file", {"cores": 4, "memory": "8GB"}), Layer("@cluster(..)", {"memory": "16GB"})]).memory
    '16GB'
    """
    words: dict[str, Any] = {}
    for layer in with_chosen_cluster(layers):
        words = join_words(words, layer.words)
    return ClusterConfig(**{name: value for name, value in words.items() if value is not None or name == "environment"})


# ------------------------------------------------------------------------------------- what this process says

_configured = Layer("configure(..)")
_scoped: ContextVar[tuple[Layer, ...]] = ContextVar("clustrix using(..)", default=())
#: What nothing contradicts, not even @cluster(..): so that no test reaches a cluster. Threads of the test see it, too.
_last_word: tuple[Layer, ...] = ()


def configure(**words: Unpack[Words]) -> None:
    """Set words for all calls of this process from now on; ``None`` goes back to clustrix's own default.

    Raises ConfigError for an unknown or senseless word.

    >>> configure(cluster_type="local", cores=2)
    >>> current_config().cores
    2
    >>> configure(cluster_type=None, cores=None)
    """
    global _configured  # noqa: PLW0603  # the one setting of the process
    said = Layer.of(f"configure(..) at {caller()}", words)
    _configured = Layer("configure(..)", join_words(_configured.words, said.words))


@contextmanager
def using(**words: Unpack[Words]) -> Iterator[ClusterConfig]:
    """Set words for calls made in a ``with`` block, by this thread or task; raises ConfigError as ``configure`` does.

    >>> with using(cores=8) as config:
    ...     config.cores, current_config().cores
    (8, 8)
    >>> current_config().cores
    1
    """
    token = _scoped.set((*_scoped.get(), Layer.of(f"using(..) at {caller()}", words)))
    try:
        yield current_config()
    finally:
        _scoped.reset(token)


def current_config(*further: Layer) -> ClusterConfig:
    """The configuration that a call made now would have, ``further`` layers lying on top; raises ConfigError.

    >>> with using(memory="4GB"):
    ...     current_config().memory
    '4GB'
    """
    return merge(_layers(further))


def sources_of(*further: Layer) -> dict[str, str]:
    """Who says each word that is not left to its default, in the configuration that a call made now would have."""
    return {name: layer.source for layer in with_chosen_cluster(_layers(further)) for name in layer.words}


def _layers(further: Sequence[Layer]) -> list[Layer]:
    return [*file_layers(), environment_layer(os.environ), _configured, *_scoped.get(), *further, *_last_word]


def in_force(config: ClusterConfig | None) -> ClusterConfig:
    """The configuration given, or the current one; the last word is said on both."""
    if config is None:
        return current_config()
    return replace(
        config, **{name: _or_default(name, value) for last in _last_word for name, value in last.words.items()}
    )


@contextmanager
def having_last_word(source: str, words: Mapping[str, Any]) -> Iterator[None]:
    """Set words that nothing said elsewhere changes, in a ``with`` block, for the whole process."""
    global _last_word  # noqa: PLW0603  # the one setting of the process
    before, _last_word = _last_word, (Layer.of(source, words),)
    try:
        yield
    finally:
        _last_word = before


def _or_default(name: str, value: Any) -> Any:
    default = ClusterConfig.__dataclass_fields__[name]
    return default.default if value is None and default.default is not MISSING else value


def _refuse_none(name: str, default: Any) -> None:
    if default is not None and name != "environment":
        hint = "leave it out" if default is MISSING else f"{name}={default!r}"
        raise ConfigError(f"{name}=None: it must have a value", where="ClusterConfig(..)", hint=hint)


def _with_values_from_here(variables: Mapping[str, str | None]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in variables.items():
        if value is None and name not in os.environ:
            raise ConfigError(
                f"environment_variables asks for {name}, which is not set here", hint=f"export {name}=..."
            )
        values[name] = os.environ[name] if value is None else value
    return values
