"""Everything clustrix raises by itself, drawn as a tree.

::

    ClustrixError
    ├── ConfigError             a parameter or setting is unknown or senseless (also a ValueError)
    ├── CaptureError            the function, or something it reaches, cannot travel
    ├── PackagingError          a file that should be shipped cannot be
    ├── ConnectError            the cluster cannot be reached
    │   ├── AuthenticationError     it does not let us in
    │   ├── HostKeyError            it is not known to be who it says
    │   ├── RemotePythonError       it has no Python that can run the agent
    │   └── ConnectionLostError     it was reached, and is gone
    ├── EnvironmentBuildError   the third-party packages cannot be had there
    ├── SubmitError             the scheduler refused the job
    └── JobError                the job was submitted, and did not give a value
        ├── JobFailedError          it was killed or died: kind, exit code, signal
        ├── JobCancelledError       somebody cancelled it
        └── ResultError             the function ran; its value or exception could not be brought home

The user's own exception is none of these: it is raised as itself. File errors are the builtins with ``host:path``.
"""

from __future__ import annotations

from clustrix.shown_text import harmless


class ClustrixError(Exception):
    """The base of all errors of clustrix.

    ``what`` happened (one sentence), ``where`` (file and line, host, job, log) and ``hint``: what to do. ``str()`` gives the
    three on lines of their own.

    >>> print(ClustrixError("the disk is full", where="login.hpc.edu:/home", hint="clustrix clean"))
    the disk is full
      where: login.hpc.edu:/home
      try:   clustrix clean
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.hint:
            lines.append(f"  try:   {self.hint}")
        return harmless("\n".join(lines))


class ConfigError(ClustrixError, ValueError):
    """A parameter or setting is unknown or senseless."""


class CaptureError(ClustrixError):
    """The function, or something it reaches, cannot travel to the cluster."""


class PackagingError(ClustrixError):
    """A file that should be shipped cannot be read or packed."""


class ConnectError(ClustrixError):
    """The cluster cannot be reached."""


class AuthenticationError(ConnectError):
    """The cluster does not let us in."""


class HostKeyError(ConnectError):
    """The host's key is unknown, or is not the one that is known."""


class RemotePythonError(ConnectError):
    """The host has no Python that can run the agent, or the interpreter asked for is not one."""


class ConnectionLostError(ConnectError):
    """The cluster was reached, and the connection is gone."""


class EnvironmentBuildError(ClustrixError):
    """The third-party packages cannot be had on the cluster."""


class SubmitError(ClustrixError):
    """The scheduler refused the job."""


class JobError(ClustrixError):
    """The job was submitted and did not give a value."""


class JobFailedError(JobError):
    """The job was killed or died.

    ``kind`` is one of OUT_OF_MEMORY, TIMEOUT, NODE_FAIL, PREEMPTED, SIGNAL, EXIT, NEVER_STARTS, UNKNOWN; ``exit_code`` and ``signal`` (a
    name such as ``SIGKILL``) where they are known.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        hint: str = "",
        kind: str = "UNKNOWN",
        exit_code: int | None = None,
        signal: str | None = None,
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.kind = kind
        self.exit_code = exit_code
        self.signal = signal


class JobCancelledError(JobError):
    """The job was cancelled."""


class ResultError(JobError):
    """The function ran, but its value or exception could not be brought home."""
