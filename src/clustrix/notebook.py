"""``%load_ext clustrix``: cells that run on the cluster, and own jobs, in a notebook or IPython.

``%%cluster cores=8`` runs the cell there and brings back what it assigns; ``%cluster`` shows own jobs; ``%cluster attach KEY``
returns to a cell.
"""

from __future__ import annotations

import importlib
import re
import shlex
import traceback
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class

from clustrix.attaching import find_job, follow
from clustrix.cell_source import CellSource, read_cell
from clustrix.config import current_config
from clustrix.connection import link_for
from clustrix.errors import ClustrixError, ConnectError
from clustrix.executor import ClusterExecutor, print_all
from clustrix.job_places import find_place, place_name, places
from clustrix.job_table import JobRow, job_rows
from clustrix.live_line import show_waiting
from clustrix.pictures import escaped, rows_html
from clustrix.shown_text import harmless
from clustrix.values import RemoteTraceback
from clustrix.words import Layer, read_setting
from clustrix_remote.cell import CellResult, cell

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_USAGE = """\
%%cluster [WORD=VALUE].. above a cell runs it on the cluster: %%cluster cores=8 memory=16GB
%cluster                 shows your jobs
%cluster attach KEY      waits for a cell that was left, and brings back what it assigned"""

_numbers = count(1)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """What ``%load_ext clustrix`` does."""
    shell.register_magics(ClusterMagics)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """What ``%unload_ext clustrix`` does."""
    for magics in shell.magics_manager.magics.values():
        magics.pop("cluster", None)


@magics_class
class ClusterMagics(Magics):
    """``%%cluster`` and ``%cluster``."""

    @property
    def _space(self) -> dict[str, Any]:
        """The notebook's names."""
        space: dict[str, Any] = self._shell.user_ns
        return space

    @property
    def _shell(self) -> Any:
        return self.shell

    @line_cell_magic
    def cluster(self, line: str, cell: str | None = None) -> Any:
        """Run a cell on the cluster, or show own jobs; ``%cluster?`` tells more."""
        if cell is not None:
            return self._run(line, cell)
        words = shlex.split(line)
        if not words:
            return own_jobs()
        if len(words) == 2 and words[0] == "attach":
            return self._attach(words[1])
        raise UsageError(_USAGE)

    def _run(self, line: str, body: str) -> Any:
        try:
            words = dict(read_setting(word, "%%cluster") for word in shlex.split(line))
            config = current_config(Layer("%%cluster", words))
            source = read_cell(self._shell.transform_cell(body), f"<cluster cell {next(_numbers)}>")
            source.remember()
            result = self._call(ClusterExecutor(config), source)
        except ClustrixError as error:
            raise _plainly(error, f"{type(error).__name__}: {error}") from None
        value = self._bring(result)
        return None if body.rstrip().endswith(";") else value

    def _call(self, executor: ClusterExecutor, source: CellSource) -> CellResult:
        space = self._space
        arguments = (source.text, source.filename, source.anchor(space), source.values(space))
        try:
            return executor.call(cell, arguments, {})
        except ClustrixError:
            raise
        except KeyboardInterrupt as interrupt:
            notes = "\n".join(getattr(interrupt, "__notes__", ()))
            key = re.search(r"attach\('([^']+)'\)", notes)
            raise _plainly(KeyboardInterrupt(), _how_to_return(key[1]) if key else "interrupted") from None
        except Exception as error:  # the cell's own
            raise _plainly(error, _told(error)) from None

    def _attach(self, key: str) -> Any:
        """Wait for a cell that was left, or for any job; its value."""
        printed: SimpleQueue[bytes | None] = SimpleQueue()
        future = None
        try:
            place = find_place(key, Layer("%cluster attach"))
            future = find_job(place.key, place.config)
            with show_waiting(follow(future, printed)) as line:
                print_all(printed, line)
            result = future.result()
        except KeyboardInterrupt:
            if future is not None:
                future.leave()
            raise _plainly(KeyboardInterrupt(), _how_to_return(key)) from None
        except Exception as error:  # the cell's own, or why there is no value
            raise _plainly(error, _told(error)) from None
        return self._bring(result) if isinstance(result, CellResult) else result

    def _bring(self, result: CellResult) -> Any:
        """Bind what the cell has assigned, show its figures, and give its last value."""
        self._space.update(result.names)
        for name, module in result.modules.items():
            try:
                self._space[name] = importlib.import_module(module)
            except ImportError as error:
                print(f"{name} is not here: {error}")
        for name, fault in result.left.items():
            print(f"{name} stayed on the cluster, as it cannot travel: {fault}")
        for picture in result.pictures:
            from IPython.display import display

            display({"image/png": picture, "text/plain": "<a figure>"}, raw=True)  # type: ignore[no-untyped-call]
        return _Shown(result.text) if result.text else result.value


def _how_to_return(key: str) -> str:
    return (
        f"The cell goes on as job {key}.\n  return to it: %cluster attach {key}\n  end it:       !clustrix cancel {key}"
    )


class _Shown:
    """Something that could not travel: what it looks like."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


@dataclass(frozen=True)
class OwnJobs:
    """Own jobs of each cluster, as they were when it was asked; what a cluster that is not reached says instead."""

    places: tuple[tuple[str, tuple[JobRow, ...]], ...]
    unreached: tuple[str, ...] = ()

    def __repr__(self) -> str:
        from rich.console import Console

        from clustrix.tables import table_of

        screen = Console(width=100, color_system=None, highlight=False, emoji=False, markup=False)
        with screen.capture() as captured:
            for place, rows in self.places:
                screen.print(table_of(place, rows, None))
        lines = [line.rstrip() for line in captured.get().splitlines()]
        return harmless("\n".join([*lines, *self.unreached])) or "no jobs"

    def _repr_html_(self) -> str:
        tables = [rows_html(place, rows) for place, rows in self.places]
        return "".join([*tables, *(f"<pre>{escaped(words)}</pre>" for words in self.unreached)]) or "no jobs"


def own_jobs() -> OwnJobs:
    """Own jobs of the configured cluster and of those recently submitted to."""
    found, unreached = [], []
    for config in places(Layer("%cluster")):
        try:
            found.append((place_name(config), tuple(job_rows(link_for(config)))))
        except ConnectError as error:
            unreached.append(f"{place_name(config)}: {error}")
    return OwnJobs(tuple(found), tuple(unreached))


def _told(error: BaseException) -> str:
    """An exception of the cell as Python told it there; where it was is in its notes."""
    there = error.__cause__
    if not isinstance(there, RemoteTraceback):
        return "".join(traceback.format_exception(error.with_traceback(None)))
    return "\n".join([str(there).strip(), *getattr(error, "__notes__", ())])


def _plainly(error: BaseException, text: str) -> BaseException:
    """The exception, shown by IPython as this text."""
    with suppress(AttributeError):  # one of a class with __slots__ is shown as ever
        error._render_traceback_ = text.splitlines  # type: ignore[attr-defined]
    return error
