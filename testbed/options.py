"""What can be chosen about a testbed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from testbed.processes import TestbedError

PREFIX = "CLUSTRIX_TESTBED_"


@dataclass(frozen=True, kw_only=True)
class Options:
    """The choices of one testbed; each can also be given as CLUSTRIX_TESTBED_<NAME> in the environment."""

    nodes: tuple[str, ...] = ("s17", "s18")
    """Names of the compute nodes. The last one has two fake GPUs and the feature `icelake`."""
    cpus: int = 8
    """CPUs that each compute node claims to have."""
    memory: int = 4000
    """MiB that each compute node claims to have."""
    python: str = "auto"
    """The nodes' Python: `3.9`, `3.9.18`, `system`, `none`, `versioned:3.9`, `platform:3.6`; `auto` = 3.9 or system."""
    python_compute: str = ""
    """The same for the compute nodes alone, where they differ from the login node."""
    # Not a way through links: the place where they are is mounted on the nodes.
    pythons: str = str((Path.home() / ".pyenv/versions").resolve())
    """A folder with one Python per subfolder; the nodes see them at /opt/python/VERSION and as modules."""
    sacct: bool = True
    """With an accounting database (sacct, accounts, qos)."""
    sge: bool = False
    """With Grid Engine beside Slurm on the same nodes."""
    torque: bool = False
    """With Torque's commands over Slurm, by `module load torque`."""
    min_job_age: int = 300
    """Seconds for which squeue and scontrol still know a finished job."""
    cgroup: str = "auto"
    """Memory limits and process tracking: `v1`, `none`, or `auto` for v1 where the machine has it."""

    def __post_init__(self) -> None:
        wrong = [name for name in self.nodes if not re.fullmatch(r"[a-z][a-z0-9]{0,7}", name)]
        if wrong or not 0 < len(self.nodes) < 80 or len(set(self.nodes)) < len(self.nodes):
            raise TestbedError(f"nodes: {', '.join(self.nodes)}: take 1 to 79 different names like s17")
        if self.cgroup not in ("auto", "v1", "none"):
            raise TestbedError(f"cgroup: {self.cgroup!r}: take auto, v1 or none")

    @classmethod
    def chosen(cls, environ: Mapping[str, str], **given: Any) -> Options:
        """Defaults, then the environment, then what was given by keyword."""
        choices: dict[str, Any] = {}
        for field in fields(cls):
            text = environ.get(PREFIX + field.name.upper())
            if text is not None:
                choices[field.name] = _read(field.name, text, field.default)
        choices.update(given)
        choices["nodes"] = tuple(choices.get("nodes", cls.nodes))
        unknown = choices.keys() - {field.name for field in fields(cls)}
        if unknown:
            valid = ", ".join(field.name for field in fields(cls))
            raise TestbedError(f"a testbed has no option {', '.join(sorted(unknown))}; there are {valid}")
        return cls(**choices)

    def to_dict(self) -> dict[str, Any]:
        """The choices by name."""
        return asdict(self)

    def to_json(self) -> str:
        """As text, for those who find this testbed up."""
        return json.dumps(self.to_dict(), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Options:
        """The inverse of to_json."""
        return cls.chosen({}, **json.loads(text))


def _read(name: str, text: str, like: object) -> Any:
    """A value from the environment, of the type that the default has."""
    try:
        if isinstance(like, bool):
            return {"0": False, "1": True}[text]
        if isinstance(like, int):
            return int(text)
    except (KeyError, ValueError):
        fitting = "0 or 1" if isinstance(like, bool) else "a number"
        raise TestbedError(f"{PREFIX}{name.upper()}={text!r}: take {fitting}") from None
    return tuple(text.replace(",", " ").split()) if isinstance(like, tuple) else text
