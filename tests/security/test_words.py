"""Words that come from outside and end up in a script, a directive, a path or a command: none of them is ever code."""

import contextlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustrix.config import ClusterConfig
from clustrix.connection import ssh
from clustrix.connection.remote_python import remote_command
from clustrix.errors import ClustrixError
from clustrix.jobs import CommandAnswer, JobSpec
from clustrix.resources import Resources
from clustrix.schedulers import scheduler_named, script
from clustrix.schedulers.slurm_options import directive
from clustrix.shell import quote_for_any_shell
from clustrix.submissions import new_key
from clustrix_remote import containers, environments
from clustrix_remote.layout import Layout, check_key, parse_spool_name

SHELLS = [shell for shell in ("sh", "bash", "dash", "zsh", "tcsh", "csh") if shutil.which(shell)]
TESTS = Path(__file__).parents[1]
#: What schedulers have said.
ANSWERS = [
    path.read_text(encoding="utf-8", errors="replace")[:4000]
    for folder in ("schedulers/transcripts", "slurm/recorded")
    for path in sorted((TESTS / folder).rglob("*"))
    if path.is_file()
]
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
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
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
    subprocess.run(["sh"], input="\n".join(lines).encode(), cwd=home, check=True, capture_output=True, timeout=60)

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


@pytest.mark.parametrize("shell", SHELLS)
@given(words=st.lists(WORDS, min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_a_word_for_a_login_shell_arrives_as_it_is_in_any_shell_or_is_refused(shell, words):
    try:
        line = "exec /bin/sh -c " + " ".join(map(quote_for_any_shell, ['printf "%s|" "$@"', "sh", *words]))
    except ValueError:
        assert set("".join(words)) & set("\n\r\0")
        return
    told = subprocess.run([shell, "-c", line], capture_output=True, check=True, timeout=60)

    assert told.stdout == "".join(word + "|" for word in words).encode()


@given(module=WORDS, python=WORDS)
@settings(deadline=None)
def test_modules_and_pythons_are_one_line_for_the_login_shell(module, python):
    try:
        config = ClusterConfig(cluster_host="hpc", module_loads=(module,), python_executable=python)
        line = remote_command(config, "pass")
    except (ClustrixError, ValueError):
        return
    assert not set(line) & set("\n\r\0")


@given(module=WORDS)
@settings(max_examples=25, deadline=None)
def test_a_module_is_loaded_by_its_name_whatever_is_in_it(tmp_path_factory, module):
    folder = tmp_path_factory.mktemp("modules")
    lines = script.body_lines(spec(folder=str(folder / ".clustrix/jobs/job-1"), module_loads=(module,)))
    (step,) = (line for line in lines if line.startswith("clustrix_step "))
    if "\0" in module:
        return
    text = "\n".join(['module() { printf "%s|" "$@" >seen; }', 'clustrix_step() { eval "$1"; }', step])
    subprocess.run(["bash"], input=text.encode(), cwd=folder, check=True, capture_output=True, timeout=60)

    assert (folder / "seen").read_bytes() == f"load|{module}|".encode()
    assert [path.name for path in folder.iterdir()] == ["seen"]


@given(host=WORDS, user=WORDS, key=WORDS)
@settings(deadline=None)
def test_a_host_a_user_and_a_key_are_never_options_of_ssh(host, user, key):
    try:
        config = ClusterConfig(cluster_host=host, username=user, key_file=key)
        given_host, argv = ssh._host(config), ssh._given(config)
    except ClustrixError:
        return
    assert not given_host.startswith("-")
    # Each is a word of its own, behind the option whose value it is; the host stands behind "--".
    assert argv[argv.index("-l") + 1] == config.username


@given(image=WORDS, folder=WORDS)
@settings(max_examples=25, deadline=None)
def test_an_image_is_one_word_of_the_script_that_starts_it(tmp_path_factory, image, folder):
    if "\0" in image + folder:
        return
    place = tmp_path_factory.mktemp("images")
    (place / "podman").write_text('#!/bin/sh\nprintf "%s|" "$@" >"$OUT"\n')
    (place / "podman").chmod(0o755)
    text = containers.script(image, ["/" + folder], "/home/me")
    variables = {"PATH": f"{place}:/usr/bin:/bin", "OUT": str(place / "seen"), "CLUSTRIX_CONTAINERS": "podman"}
    subprocess.run(["sh"], input=text.encode(), cwd=place, env=variables, capture_output=True, check=False, timeout=60)

    assert {path.name for path in place.iterdir()} <= {"podman", "seen"}
    if (place / "seen").exists():
        assert f"|{image}|python3|".encode() in (place / "seen").read_bytes()


@given(name=st.text(max_size=30) | WORDS | st.sampled_from(["job-1.0.exit", "../x.0.exit", "job-1.0.exit\n"]))
def test_a_name_in_the_spool_names_a_job_or_nothing(name):
    parsed = parse_spool_name(name)
    assert (
        parsed is None
        or name == f"{check_key(parsed[0])}.{parsed[1]}.{parsed[2]}"
        or name.split(".")[1].startswith("0")
    )


@given(name=WORDS.map(lambda word: word + ".whl") | st.sampled_from(["../x.whl", "/etc/x.whl", "a/b.whl", "x"]))
@settings(deadline=None)
def test_a_wheel_lies_among_the_wheels_or_is_refused(tmp_path_factory, name):
    where = Layout(str(tmp_path_factory.getbasetemp() / "wheels"))
    try:
        assert environments.missing_wheels(where, [name]) == [name]
    except ValueError:
        return
    assert "/" not in name


@pytest.mark.parametrize("scheduler", ["slurm", "sge", "pbs", "lsf", "process"])
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_a_scheduler_says_is_read_or_refused_by_name(scheduler, data):
    text = data.draw(st.sampled_from(ANSWERS))
    at, cut = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 40))
    said = text[:at] + data.draw(WORDS | st.just("")) + text[at + cut :]
    answer = CommandAnswer(data.draw(st.sampled_from([0, 1, 255])), said, data.draw(st.just("") | st.just(said)))
    adapter = scheduler_named(scheduler)
    details = dict(line.partition(" ")[::2] for line in said.splitlines()[:5])
    reads = [
        lambda: adapter.parse_submit(answer, spec()),
        lambda: adapter.parse_status(answer, ["1", "48213", "7"]),
        lambda: adapter.parse_find(answer),
        lambda: adapter.read_exit(data.draw(st.integers(-5, 300)), details),
        lambda: adapter.parse_limits(answer, Resources(cores=2)) if hasattr(adapter, "parse_limits") else None,
        lambda: adapter.knowing(answer) if hasattr(adapter, "knowing") else None,
    ]
    for read in reads:
        with contextlib.suppress(ClustrixError):
            read()
