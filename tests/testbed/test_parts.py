"""The parts of the test cluster that need no cluster."""

import os
import subprocess
from pathlib import Path

import pytest
from testbed import Options, Testbed, TestbedError, packages, processes
from testbed.__main__ import main
from testbed.pythons import NodePython
from testbed.site import Site


@pytest.fixture
def pythons(tmp_path: Path) -> Path:
    """Make a folder with some Pythons that are only names."""
    for version in ("2.7.18", "3.9.18", "3.10.1", "3.10.13"):
        program = tmp_path / version / "bin/python3"
        program.parent.mkdir(parents=True)
        program.touch()
    return tmp_path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.9.18", NodePython("3.9.18")),
        ("3.10", NodePython("3.10.13")),
        ("auto", NodePython("3.9.18")),
        ("none", NodePython("none")),
        ("system", NodePython("system")),
        ("versioned:3.9", NodePython("3.9.18", "versioned")),
        ("platform:3.10", NodePython("3.10.13", "platform")),
    ],
)
def test_a_python_is_named_by_its_version_and_its_spelling(pythons: Path, text: str, expected: NodePython) -> None:
    assert NodePython.parse(text, pythons) == expected


def test_a_python_that_is_not_there_is_refused_with_those_that_are(pythons: Path) -> None:
    with pytest.raises(TestbedError, match=r"there are system, none, 3\.9\.18, 3\.10\.1, 3\.10\.13"):
        NodePython.parse("3.1", pythons)


def test_options_come_from_keywords_before_the_environment_before_the_defaults() -> None:
    environ = {"CLUSTRIX_TESTBED_NODES": "a1 a2", "CLUSTRIX_TESTBED_CPUS": "3", "CLUSTRIX_TESTBED_SACCT": "0"}
    options = Options.chosen(environ, cpus=4)
    assert (options.nodes, options.cpus, options.sacct, options.memory) == (("a1", "a2"), 4, False, 4000)
    assert Options.from_json(options.to_json()) == options


@pytest.mark.parametrize(
    ("environ", "given", "said"),
    [
        ({"CLUSTRIX_TESTBED_CPUS": "many"}, {}, "CLUSTRIX_TESTBED_CPUS='many': take a number"),
        ({"CLUSTRIX_TESTBED_SACCT": "on"}, {}, "take 0 or 1"),
        ({}, {"nodes": ("S 1",)}, "names like s17"),
        ({}, {"cpu": 4}, "no option cpu; there are nodes, cpus"),
        ({}, {"cgroup": "v3"}, "take auto, v1 or none"),
    ],
)
def test_a_wrong_option_is_refused_with_what_is_right(
    environ: dict[str, str], given: dict[str, object], said: str
) -> None:
    with pytest.raises(TestbedError, match=said):
        Options.chosen(environ, **given)


def test_two_testbeds_share_no_address_and_no_interface() -> None:
    one, two = (Site(number, Options()) for number in (0, 1))
    assert not set(one.networks) & set(two.networks)
    assert one.laptop_interface != two.laptop_interface
    assert one.run != two.run


def test_a_process_that_only_has_the_same_pid_is_not_killed(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "1000"]) as stranger:
        file = processes.PidFile(tmp_path / "node")
        began = processes.start_time(stranger.pid)
        assert began is not None
        file.path.write_text(f"{stranger.pid} {began - 1}\n")
        assert file.pid() is None
        file.kill()
        assert stranger.poll() is None
        file.path.write_text(f"{stranger.pid} {began}\n")
        file.kill()
        assert stranger.wait(5) == -9
    assert not file.path.exists()


def test_no_daemon_starts_while_packages_are_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 0\n")
    monkeypatch.setattr(packages, "POLICY", policy)
    with packages.no_daemon_starts():
        assert subprocess.run([policy], check=False).returncode == 101
    assert policy.read_text() == "#!/bin/sh\nexit 0\n"
    assert list(tmp_path.iterdir()) == [policy]


def test_a_machine_that_cannot_run_a_testbed_says_why_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert Testbed.unavailable_reason() == "the testbed needs Linux namespaces; this is Darwin"
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "needs root" in str(Testbed.unavailable_reason())


def test_an_unknown_command_and_a_wrong_number_of_words_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["frobnicate"]) == 2
    assert main(["kill-node"]) == main(["latency"]) == main(["latency", "slow"]) == 1
    said = capsys.readouterr().err
    assert "no command 'frobnicate'" in said
    assert "testbed: kill-node" in said


def test_waiting_ends_with_an_error_that_says_for_what() -> None:
    with pytest.raises(TestbedError, match=r"the sun does not rise: not within 0.01 s; wait for tomorrow"):
        processes.wait_until(lambda: False, 0.01, "the sun does not rise", "wait for tomorrow")
