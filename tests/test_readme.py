"""The README's second section, copied and pasted."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from testbed import Testbed

ROOT = Path(__file__).parent.parent


def second_section() -> str:
    """Give the commands of the section on a compute node."""
    text = (ROOT / "README.md").read_text()
    section = text[text.index("## From nothing to a result from a compute node") :]
    found = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert found
    return found.group(1)


def run(commands: str, testbed_id: int) -> subprocess.CompletedProcess[str]:
    """Run them as a person would, in the project's folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLUSTRIX_")}
    environment["CLUSTRIX_TESTBED_ID"] = str(testbed_id)
    return subprocess.run(
        ["bash", "-ec", commands], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=110, check=False
    )


@pytest.mark.testbed
def test_the_second_section_gives_a_result_from_a_compute_node(testbed: Testbed) -> None:
    # The cluster of these tests is up already, under another number than a person's, and is to stay.
    lines = [line for line in second_section().splitlines() if "testbed up" not in line and "testbed down" not in line]
    assert len(lines) == len(second_section().splitlines()) - 2
    done = run("\n".join(lines), testbed.id)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "counting on s17" in done.stdout or "counting on s18" in done.stdout
    assert "'primes': 148933" in done.stdout
