"""Words that come from outside and end up in a script, a directive, a path or a command: none of them is ever code."""

import subprocess
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustrix.errors import ClustrixError
from clustrix.jobs import JobSpec
from clustrix.resources import Resources
from clustrix.schedulers import scheduler_named, script
from clustrix.schedulers.slurm_options import directive
from clustrix.submissions import new_key
from clustrix_remote.layout import check_key

#: What shells, schedulers and terminals find interesting.
NASTY = st.text(st.sampled_from(list("a \t\n\r\0'\"`$(){};&|<>*?~!#\\-=%\x1b\u2028é")), min_size=1, max_size=12)
WORDS = NASTY | st.sampled_from(
    ["$(touch pwned)", "`touch pwned`", "'; touch pwned; '", "\ntouch pwned\n", "-rf", "a\n#SBATCH --wrap=x"]
)


def spec(**words):
    plain = {"key": "job-1", "name": "job", "folder": "/nowhere/.clustrix/jobs/job-1", "command": ("true",)}
    return JobSpec(**{**plain, "resources": Resources(), **words})


def resources(**words: Any):
    return Resources(**words)


@given(value=WORDS, folder=WORDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_variables_folders_and_commands_arrive_in_a_job_as_they_are(tmp_path, value, folder):
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    name = "".join(each for each in folder if each not in "\0/") or "x"
    root = home / name / ".clustrix"
    job = root / "jobs" / "job-1"
    for each in ("outcomes", "logs", "work"):
        (job / each).mkdir(parents=True, exist_ok=True)
    (root / "spool").mkdir(exist_ok=True)
    try:
        command = ("sh", "-c", 'printf "%s|%s|" "$ODD" "$1" >seen', "sh", value.replace("\0", ""))
        lines = script.body_lines(spec(folder=str(job), command=command, environment_variables={"ODD": value}))
    except ClustrixError:
        assert "\0" in value
        return
    subprocess.run(["sh"], input="\n".join(lines).encode(), cwd=home, check=True, capture_output=True, timeout=20)

    assert (job / "work/0/seen").read_bytes() == f"{value}|{value}|".encode()
    assert not list(tmp_path.rglob("pwned"))


@given(name=WORDS)
def test_a_variable_that_has_no_name_of_a_variable_is_refused(name):
    try:
        lines = script.body_lines(spec(environment_variables={name: "x"}))
    except ClustrixError:
        return
    assert name.replace("_", "a").isascii()
    assert name.replace("_", "a").isalnum()
    assert f"export {name}=x" in lines


@pytest.mark.parametrize("scheduler", ["slurm", "sge", "pbs", "lsf"])
@given(word=WORDS, what=st.sampled_from(["partition", "account", "qos", "constraint", "dependency", "name"]))
@settings(max_examples=60, deadline=None)
def test_a_resource_never_adds_a_line_to_a_script(scheduler, word, what):
    adapter = scheduler_named(scheduler)
    try:
        plain = adapter.submit_script(spec(resources=resources(**{what: "plain"})))
        made = spec(name=word, resources=Resources()) if what == "name" else spec(resources=resources(**{what: word}))
        odd = adapter.submit_script(made)
    except ClustrixError:
        return
    if what == "name":
        plain = adapter.submit_script(spec())
    assert odd.count("\n") == plain.count("\n")
    assert odd.isascii() or "é" in word


@given(value=WORDS)
def test_a_value_is_one_line_of_a_directive_or_refused(value):
    try:
        line = directive("comment", value)
    except ClustrixError:
        return
    assert line.isprintable()


@given(name=st.text(max_size=60) | WORDS)
def test_any_name_of_a_function_makes_a_key(name):
    assert check_key(new_key(name))
