"""docs/reliability.md and docs/security.md are made from the tests: every test that they name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def names_in(*folders):
    files = [path for folder in folders for path in (ROOT / "tests" / folder).glob("*.py")]
    return set(re.findall(r"^ *def test_(\w+)", "\n".join(path.read_text() for path in files), re.MULTILINE))


@pytest.mark.parametrize("page", ["reliability", "security"])
def test_every_test_that_the_page_names_exists(page):
    rows = [line for line in (ROOT / "docs" / f"{page}.md").read_text().splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`([a-z0-9_]{20,})`", row.rpartition(" | ")[2])}

    assert len(named) > 10
    assert named <= names_in("faults", "security", "slurm", "agent", "schedulers", "connection")


def test_every_fault_that_is_tested_is_in_the_table():
    text = (ROOT / "docs" / "reliability.md").read_text()
    tested = names_in("faults")

    assert {name for name in tested if f"`{name}`" not in text and not name.startswith("every_")} == set()
