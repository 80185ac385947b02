"""What a site of Grid Engine calls its things: parallel environments, complexes, queues are named by administrators."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from clustrix.errors import ConfigError

#: Names that administrators give to cores of one node, memory and GPUs; the first that is there is taken.
_WITHIN_A_NODE = ("smp", "shm", "shared", "threaded", "threads", "openmp", "omp", "multicore", "serial")
_MEMORY = ("m_mem_free", "h_vmem", "mem_req", "mem_requested", "h_rss", "virtual_free", "mem_free")
_GPUS = ("gpu", "gpus", "ngpus", "gpu_card", "cuda", "nvidia")


@dataclass(frozen=True)
class Complex:
    """A resource that jobs ask for with ``-l``; one that is counted is counted for each slot, unless per job."""

    name: str
    is_counted: bool = False
    is_per_job: bool = False


@dataclass(frozen=True)
class Site:
    """The names of one site. ``environments`` are parallel environments and how they allocate slots."""

    environments: tuple[tuple[str, str], ...] = ()
    complexes: tuple[Complex, ...] = ()
    queues: tuple[str, ...] = ()

    def parallel_environment(self) -> str:
        """The one whose slots are all on one node. Raises ConfigError where there is none."""
        if not self.environments:
            return "smp"  # the site could not be asked
        within = [name for name, rule in self.environments if rule == "$pe_slots"]
        if not within:
            known = ", ".join(name for name, _ in self.environments)
            raise ConfigError(
                "no parallel environment of this site keeps a job on one node ($pe_slots)",
                hint=f'sge={{"pe": NAME}} with one of {known}',
            )
        return next((name for known in _WITHIN_A_NODE for name in within if known in name.lower()), within[0])

    def memory(self) -> Complex:
        """The complex that limits memory: a counted one if there is one."""
        found = [each for name in _MEMORY for each in self.complexes if each.name == name]
        return next((each for each in found if each.is_counted), found[0] if found else Complex("h_vmem"))

    def gpus(self) -> Complex:
        """The complex that counts GPUs. Raises ConfigError where there is none."""
        found = [each for name in _GPUS for each in self.complexes if each.name.lower() == name and each.is_counted]
        if not found:
            counted = ", ".join(each.name for each in self.complexes if each.is_counted)
            raise ConfigError(
                "this site counts nothing that is called GPUs", hint=f'sge={{"l": "NAME=1"}}; it counts {counted}'
            )
        return found[0]


def read_site(text: str) -> Site:
    r"""The site, from the answer to the probe; what could not be asked is not there.

    >>> read_site("pe_name smp\nallocation_rule $pe_slots\nclustrix queues\nall.q\n").parallel_environment()
    'smp'
    """
    names = re.findall(r"^pe_name +(\S+)", text, re.MULTILINE)
    rules = re.findall(r"^allocation_rule +(\S+)", text, re.MULTILINE)
    rows = [line.split() for line in _section(text, "clustrix complexes")]
    complexes = [
        Complex(row[0], row[5] in ("YES", "JOB", "HOST"), row[5] == "JOB")
        for row in rows
        if len(row) == 8 and not row[0].startswith("#") and row[4] in ("YES", "FORCED")
    ]
    environments = tuple(zip(names, rules, strict=False))
    return Site(environments, tuple(complexes), tuple(_section(text, "clustrix queues")))


def _section(text: str, title: str) -> list[str]:
    after = text.partition(f"{title}\n")[2].splitlines()
    return [line for line in takewhile(lambda line: not line.startswith("clustrix "), after) if line.strip()]
