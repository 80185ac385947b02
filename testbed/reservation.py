"""Who may use which testbed: test sessions and their workers run side by side, and people try things by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from testbed.processes import TestbedError, exclusively
from testbed.site import IDS, chosen_id
from testbed.testbed import Testbed


@contextmanager
def reserved(**choices: Any) -> Iterator[Testbed]:
    """A cluster for one test session alone, up until the end of the block.

    It has the id that CLUSTRIX_TESTBED_ID says, or the next one that is free. A cluster that somebody has brought up
    by hand is used under the first id only, and only if it was made with the same options; it is left up.
    """
    first = chosen_id(os.environ)
    for number in (*range(first, IDS), *range(first)):
        with ExitStack() as stack:
            if not _reserve(stack, number):
                continue
            testbed = Testbed(number, **choices)
            if _is_free(testbed) or (number == first and _has_same_options(testbed)):
                stack.enter_context(testbed)
                if testbed.started_here:
                    _mark(testbed).touch()
                yield testbed
                return
    raise TestbedError(f"all {IDS} testbeds are in use; look: ls -d /run/clustrix-testbed*")


def _reserve(stack: ExitStack, number: int) -> bool:
    try:
        stack.enter_context(exclusively(f"clustrix-testbed{number}-reserved", limit=0))
    except TestbedError:
        return False
    return True


def _mark(testbed: Testbed) -> Path:
    """A file in the folder of a cluster that belongs to a test session and not to a person."""
    return testbed.run_folder / "reserved"


def _is_free(testbed: Testbed) -> bool:
    """Whether nothing is there. What a session has left behind that was killed is cleared away: we hold its place."""
    if _mark(testbed).exists():
        testbed.down()
    return not testbed.run_folder.exists()


def _has_same_options(testbed: Testbed) -> bool:
    return testbed.is_up and Testbed.running(testbed.id).options == testbed.options
