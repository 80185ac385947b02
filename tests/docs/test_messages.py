"""Every message of clustrix's own is found by its words in the documentation."""

import re

import pytest

from clustrix.connection.ssh_failures import FAILURES
from tests.docs.messages import in_words, sites
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
#: What the first column of a table says, with … for what differs.
ROWS = {
    in_words(row)
    for row in re.findall(r"^\| `(.*?)` \| ", PAGE, re.MULTILINE)
}  # fmt: skip
#: Sites that hand on another error's words, or put together what is told in the table of ended jobs.
HANDED_ON = {
    "clustrix/words.py": "the words of a check, with their place",
    "clustrix/job_places.py": "layout's words on a key",
    "clustrix/endings.py": "told by test_each_way_a_job_may_end_is_told",
    "clustrix/environments/interpreters.py": "the words of connection/local.py",
}


def test_the_source_is_read():
    found = list(sites())
    assert len(found) > 130
    assert any("memory needs a unit" in text for site in found for text in site.says)


@pytest.mark.parametrize("site", list(sites()), ids=lambda site: site.place)
def test_a_message_has_a_row_with_its_words(site):
    if not site.says:
        assert site.place.partition(":")[0] in HANDED_ON, f"{site}: say it in a literal"
    for text in site.says:
        assert in_words(text) in ROWS


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.what)
def test_what_ssh_may_say_has_a_row(failure):
    assert in_words(re.sub(r"\{\w+\}", "…", failure.what)) in ROWS


def test_each_way_a_job_may_end_is_told():
    from clustrix.endings import Ended, ending_error
    from clustrix.jobs import JobState, JobStatus
    from clustrix.resources import Resources

    ends = [JobStatus(state) for state in JobState if state.ended and state is not JobState.DONE]
    ends += [JobStatus(JobState.FAILED, signal=9), JobStatus(JobState.FAILED, exit_code=3)]
    ends += [JobStatus(JobState.PENDING, can_start=False)]
    patterns = [re.escape(row).replace("…", ".*") for row in ROWS if row not in ("…: …", "…; the cluster has …")]
    for status in ends:
        said = ending_error(Ended("fit-1", "4711", Resources(), status)).what
        assert any(re.fullmatch(pattern, said) for pattern in patterns), said


@pytest.mark.parametrize(
    "words",
    [
        # What a person may give us, and is told about: the words of each, as they came.
        "memory='16': memory needs a unit",
        "time=30: time needs a unit (some tools read minutes, others seconds)",
        "cores=0 is not a whole number of at least 1",
        "'core' is no parameter of clustrix",
        "fit is decorated with @cluster already",
        "@cluster is given 3, which cannot be called",
        "cannot read the data file weights.json: Permission denied",
        "the cluster's Python '/no/python' is not there, or cannot be executed",
        "the cluster's Python '/usr/bin/python3.5' is 3.5.2, which is too old",
        "argument lock: lock cannot be sent to the cluster: it cannot be pickled (cannot pickle '_thread.lock' object)",
        "`match` at study.py line 12 needs Python 3.10; the cluster has 3.6.8",
        "no index has tiny 2.0, and the one installed here cannot be sent: it was compiled",
        "uv 0.5 for Linux could not be fetched",
        "this lock file has no packages",
        "hpc takes none of our keys and wants a password",
        "No space left on device",
        "Read-only file system",
    ],
)
def test_a_person_finds_a_message_by_its_words(words):
    rows = [row for row in ROWS if row not in ("…: …",)]
    assert [row for row in rows if re.fullmatch(re.escape(row).replace("…", ".*?"), words)]
