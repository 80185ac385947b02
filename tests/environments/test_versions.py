"""Which numpy and pandas an older worker gets for a laptop with new ones; asks the ordinary package index."""

from __future__ import annotations

import pytest

from clustrix.environments.pins import Wanted
from clustrix.environments.requirement_files import parse
from clustrix.environments.resolution import Lock, ResolutionError, resolve
from clustrix.environments.uv import is_about_network
from clustrix.requirements import NeededDistribution
from tests.environments.test_pins import interpreter

pytestmark = [pytest.mark.slow]

LAPTOP = {"numpy": "2.5.5", "pandas": "3.1.1"}


def lock(version: list[int], glibc: str, *, strict: bool = False) -> Lock:
    needs = tuple(NeededDistribution(name, here, name, "study.py line 1") for name, here in LAPTOP.items())
    wanted = Wanted(tuple(parse(name, "") for name in LAPTOP), LAPTOP, "what the function imports", needs)
    try:
        return resolve(wanted, interpreter(version=version, libc=["glibc", glibc]), strict=strict)
    except ResolutionError as error:
        if is_about_network(error.said):
            pytest.skip("no package index can be reached")
        raise


@pytest.mark.parametrize(
    ("version", "glibc", "numpy", "pandas"),
    [
        ([3, 6, 8], "2.17", "1.19.5", "1.1.5"),
        ([3, 9, 18], "2.28", "2.0.2", "2.3.3"),
        ([3, 11, 7], "2.28", "2.4.6", "3.1.1"),
        ([3, 12, 1], "2.17", "2.2.6", "2.3.2"),
        ([3, 12, 1], "2.28", "2.5.5", "3.1.1"),
        ([3, 13, 0], "2.36", "2.5.5", "3.1.1"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, list) else value,
)
def test_a_worker_gets_the_newest_versions_that_it_can_run_and_the_laptop_has(version, glibc, numpy, pandas):
    found = lock(version, glibc)

    assert (found.versions["numpy"], found.versions["pandas"]) == (numpy, pandas)
    changed = {name: (here, there) for name, here, there in found.changed}
    assert changed == {
        name: (LAPTOP[name], there) for name, there in (("numpy", numpy), ("pandas", pandas)) if there != LAPTOP[name]
    }


def test_hard_pins_are_refused_with_the_reason():
    with pytest.raises(ResolutionError, match=r"numpy==2\.5\.5"):
        lock([3, 9, 18], "2.28", strict=True)
