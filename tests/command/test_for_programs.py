"""What programs and shells rely on: ``--json`` of every verb, completion, output without a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from clustrix.cli import app
from tests.command.conftest import Command


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    for verb, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{name}{verb} ")
        else:
            yield f"{name}{verb}", command


def test_every_verb_has_json_but_cat_whose_output_is_the_files():
    verbs = dict(commands(typer.main.get_command(app)))

    assert len(verbs) > 28
    options = {verb: {option for each in command.params for option in each.opts} for verb, command in verbs.items()}
    assert [verb for verb in verbs if "--json" not in options[verb]] == ["cat"]


def test_values_and_exceptions_of_a_run_are_told_as_json(clustrix):
    ran, failed = clustrix("run", "script.py:add", "2", "--json"), clustrix("run", "script.py:fail", "--json")

    assert (ran.status, ran.json, ran.err) == (0, {"repr": "3", "value": 3}, "adding\n")
    assert (failed.status, failed.json["error"]["type"]) == (1, "ValueError")


def test_results_logs_and_cancelling_are_told_as_json(clustrix):
    key = clustrix.submit("add(1)")

    assert clustrix("attach", key, "--json").json == {"repr": "2", "value": 2}
    assert clustrix("result", key, "--json").json == {"repr": "2", "value": 2}
    assert clustrix("logs", key, "--json").json == [{"key": key, "task": 0, "text": "adding\n"}]
    assert clustrix("cancel", key, "--json").json == [{"key": key, "cancelled": False, "was": "done"}]


def test_files_and_the_configuration_are_told_as_json(clustrix):
    key = clustrix.submit("leave()")
    clustrix("wait", key)

    assert clustrix("fetch", key, "notes.txt", "--json").json == ["notes.txt"]
    assert clustrix("put", "notes.txt", "copy.txt", "--json").json["path"].endswith("copy.txt")
    assert clustrix("rm", "copy.txt", "--json").json == {"removed": ["copy.txt"]}
    written = clustrix("config", "set", "cores=2", "--json").json
    assert written == clustrix("config", "path", "--json").json


def test_top_shows_the_jobs_once_where_there_is_no_terminal(clustrix):
    done = clustrix.submit("add(1)")
    clustrix("wait", done)

    said = clustrix("top")

    assert said.status == 0
    assert re.search(rf"^{done} +done", said.out, re.MULTILINE)
    assert "\x1b" not in said.out


def completed(clustrix: Command, *words: str) -> list[str]:
    typed = ["clustrix", *words]
    clustrix.environment |= {
        "_CLUSTRIX_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(typed), "COMP_CWORD": str(len(typed) - 1),
    }  # fmt: skip
    try:
        return clustrix().out.split()
    finally:
        del clustrix.environment["_CLUSTRIX_COMPLETE"]


def test_the_shell_completes_verbs_options_keys_and_clusters(clustrix):
    key = clustrix.submit("add(1)")
    clustrix("config", "set", "cluster_host=login.hpc.edu", "--cluster", "bigiron")

    assert completed(clustrix, "sta") == ["status", "stat"]
    assert "--follow" in completed(clustrix, "logs", "--fol")
    assert completed(clustrix, "logs", "ad") == [key]
    assert completed(clustrix, "check", "big") == ["bigiron"]
    clustrix("wait", key)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_each_shell_can_be_had(clustrix, shell):
    clustrix.environment["_CLUSTRIX_COMPLETE"] = f"source_{shell}"

    assert "clustrix" in clustrix().out


def test_a_map_has_a_picture_in_the_table_of_jobs(clustrix):
    import subprocess
    import sys

    code = "import clustrix, script; f = clustrix.cluster(script.pick, cleanup_on_success=False)"
    code += "; list(f.map(range(5), return_exceptions=True))"
    (clustrix.folder / "script.py").write_text("def pick(x):\n    return 1 / (x - 3)\n")
    subprocess.run([sys.executable, "-c", code], cwd=clustrix.folder, env=clustrix.environment, check=True)

    said = clustrix("status")

    assert "███✗█" in said.out
    clustrix.environment["PYTHONIOENCODING"] = "ascii"
    assert "###x#" in clustrix("status").out
    assert json.loads(clustrix("status", "--json").out)["clusters"][0]["jobs"][0]["tasks_done"] == 4
