"""Calls through the executor to a process of their own, and how they come back."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from clustrix import ClusterExecutor
from clustrix.connection import close_all
from clustrix.errors import RemotePythonError
from clustrix.jobs import JobState
from clustrix.submissions import new_key
from clustrix_remote import layout
from tests.executor.on_cluster import (
    double,
    greet,
    in_fresh_process,
    leave_files,
    print_and_wait,
    wait_for_file,
    where_am_i,
)
from tests.waiting import wait_until


def test_a_call_runs_in_a_process_of_its_own_with_every_python(cluster_python, config):
    executor = ClusterExecutor(replace(config, python_executable=cluster_python))
    pid, version, folder, files = executor.submit(where_am_i).result()

    assert pid != os.getpid()
    assert version == tuple(map(int, Path(cluster_python).name.removeprefix("python").split(".")))
    assert folder.endswith("/work/0")
    assert files == []


def test_what_is_left_of_a_removed_runtime_does_not_stand_for_it(config, tmp_path):
    assert ClusterExecutor(config).submit(double, 1).result() == 2
    close_all()
    (start,) = Path(config.remote_work_dir).glob(".clustrix/packages/*/__main__.py")
    shutil.rmtree(start.parent)
    # As by a Python that was just compiling what it had read.
    (start.parent / "clustrix_remote" / "__pycache__").mkdir(parents=True)
    (start.parent / "clustrix_remote" / "__pycache__" / "runner.pyc").write_bytes(b"")

    assert ClusterExecutor(config).submit(double, 2).result() == 4
    assert not list(start.parent.parent.glob("unpacking-*"))


def test_it_is_an_executor(executor):
    with executor:
        assert list(executor.map(double, range(5))) == [0, 2, 4, 6, 8]
        futures = [executor.submit(double, x) for x in range(3)]
        done, _ = concurrent.futures.wait(futures, timeout=20)
        assert sorted(future.result() for future in done) == [0, 2, 4]
    with pytest.raises(RuntimeError):
        executor.submit(double, 1)


def test_a_future_can_be_awaited(executor):
    async def both():
        return await asyncio.gather(executor.submit(double, 1), executor.submit(double, 2))

    assert asyncio.run(both()) == [2, 4]


def counter():
    """Two functions that share a variable."""
    count = 0

    def bump():
        nonlocal count
        count += 1
        return count

    return bump, lambda: count


def called(functions):
    """The same functions, after a call of the first."""
    functions[0]()
    return functions


def test_a_function_that_a_job_changes_comes_back_as_another_one(executor):
    bump, now = counter()
    other, then = executor.submit(called, (bump, now)).result()
    assert (other(), then(), now()) == (2, 2, 0)
    assert (bump(), then(), now()) == (1, 2, 1)
    assert executor.submit(called, (now, bump)).result() == (now, bump)


def test_callbacks_may_submit_and_wait_themselves(executor):
    results = []
    first = executor.submit(double, 1)
    first.add_done_callback(lambda future: results.append(executor.submit(double, future.result()).result()))

    wait_until(lambda: results == [4])


def test_submitting_waits_for_nothing(executor, tmp_path):
    go_on = tmp_path / "go-on"
    futures = [executor.submit(wait_for_file, str(go_on)) for _ in range(20)]

    assert not any(future.done() for future in futures)
    go_on.touch()
    concurrent.futures.wait(futures, timeout=60)
    assert [future.exception(0) for future in futures] == [None] * 20


def test_a_warm_submit_is_one_small_request(config, monkeypatch):
    from clustrix_remote import wire

    executor = ClusterExecutor(
        replace(config, cleanup_on_success=False)
    )  # which would be asked for half a second later
    executor.call(double, (1,), {})
    sent = []
    write = wire.write_frame

    def counting(stream, header, body=b""):
        sent.append((header["op"], len(str(header)) + len(body)))
        write(stream, header, body)

    monkeypatch.setattr(wire, "write_frame", counting)
    executor.call(double, (1,), {})

    assert [op for op, _ in sent] == ["submit"]
    assert sent[0][1] < 8000


def test_a_first_submit_brings_its_packages_along_and_a_second_process_finds_them(config, monkeypatch):
    from clustrix_remote import wire

    sent = []
    write = wire.write_frame

    def counting(stream, header, body=b""):
        if header.get("op") == "submit":
            sent.append(len(header["packages"]))
        write(stream, header, body)

    monkeypatch.setattr(wire, "write_frame", counting)
    assert ClusterExecutor(config).submit(double, 1).result() == 2
    close_all()
    assert ClusterExecutor(config).submit(double, 1).result() == 2

    assert sent == [2, 0]


def test_what_a_call_prints_is_written_here_while_it_runs(executor, tmp_path, monkeypatch):
    class Reader:
        text = ""

        def write(self, text):
            Reader.text += text
            if "before" in text:
                (tmp_path / "go").touch()

        def flush(self):
            pass

    monkeypatch.setattr("sys.stdout", Reader())
    executor.call(print_and_wait, (str(tmp_path / "go"),), {})

    assert Reader.text == "before\nafter"


def test_what_a_submitted_call_prints_is_in_its_logs(executor, jobs, capsys):
    future = executor.submit(greet, "wörld")
    assert future.result() == "wörld"

    assert future.logs() == "hello wörld\n"
    wait_until(lambda: not list(jobs.iterdir()))
    assert future.logs() == "hello wörld\n"
    assert capsys.readouterr().out == ""


def test_the_logs_of_a_running_call_are_what_it_printed_until_now(executor, tmp_path):
    future = executor.submit(print_and_wait, str(tmp_path / "go"))
    wait_until(lambda: future.logs() == "before\n")
    assert future.running()
    assert future.status().state is JobState.RUNNING
    assert future.status().node
    (tmp_path / "go").touch()

    future.result()
    assert future.status().state is JobState.DONE
    assert future.logs() == "before\nafter"


def test_a_job_is_removed_when_its_value_has_come_home(executor, jobs, tmp_path):
    assert executor.submit(double, 1).result() == 2

    wait_until(lambda: not list(jobs.iterdir()))
    assert not list((tmp_path / ".clustrix" / "spool").iterdir())


def test_a_job_stays_when_it_is_asked_to(config, jobs):
    future = ClusterExecutor(replace(config, cleanup_on_success=False)).submit(double, 1)
    assert future.result() == 2

    assert [path.name for path in jobs.iterdir()] == [future.key]


def test_files_that_the_function_left_stay_and_can_be_fetched(executor, jobs, tmp_path):
    future = executor.submit(leave_files)
    future.result()
    (found,) = future.files()
    home = tmp_path / "home"
    home.mkdir()

    assert (found.name, found.size_bytes) == ("out/plot.png", 6)
    assert future.fetch("out/plot.png", to=home).read_text() == "a plot"
    assert future.fetch("out/plot.png", to=home / "other.png") == home / "other.png"
    with pytest.raises(FileNotFoundError, match=future.key):
        future.fetch("nothing.png")
    assert sorted(path.name for path in home.iterdir()) == ["other.png", "plot.png"]


def test_a_large_argument_and_result_go_through(executor):
    content = os.urandom(5_000_000)

    assert executor.submit(bytes.upper, content).result() == content.upper()


def test_what_it_used_is_told(executor):
    future = executor.submit(double, 1)
    future.result()

    assert future.usage.max_rss_bytes > 1_000_000
    assert future.usage.cpu_seconds > 0


def test_a_key_names_the_function_and_may_name_a_folder():
    keys = {new_key(name) for name in ("fit", "<lambda>", "a.b.<locals>.größe", "x" * 200, "", "_", "-")}

    assert len({new_key("fit") for _ in range(100)}) == 100
    for key in keys:
        assert layout.check_key(key) == key


def test_an_interpreter_that_is_none_is_told_before_anything_is_sent(config, jobs):
    with pytest.raises(RemotePythonError, match="/no/such/python"):
        ClusterExecutor(replace(config, python_executable="/no/such/python")).submit(double, 1)

    assert not jobs.exists()


def test_an_interpreter_that_lives_where_the_callers_files_cannot_be_seen_is_taken_as_it_is(config, tmp_path):
    wrapper = tmp_path / "any python"
    wrapper.write_text(f'#!/bin/sh\nexport THROUGH=wrapper\nexec {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    executor = ClusterExecutor(replace(config, python_executable=str(wrapper)))

    assert executor.submit(os.getenv, "THROUGH").result() == "wrapper"


def test_commands_modules_and_variables_come_before_python(config):
    prepared = replace(config, pre_execution_commands=("export A=1",), environment_variables={"B": "two words'"})

    assert ClusterExecutor(prepared).submit(os.getenv, "A").result() == "1"
    assert ClusterExecutor(prepared).submit(os.getenv, "B").result() == "two words'"


def test_a_program_that_ends_at_once_cleans_up_and_leaves_no_process(config, jobs):
    program = (
        "import os, clustrix\n"
        f"config = clustrix.ClusterConfig(cluster_type='local', remote_work_dir={config.remote_work_dir!r})\n"
        "executor = clustrix.ClusterExecutor(config)\n"
        "print(executor.submit(abs, -3).result(), clustrix.connection.channel_for(config).hello.pid)\n"
    )
    source = str(Path(__file__).parents[2] / "src")
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": source},
    )
    value, pid = ended.stdout.split()

    assert value == "3"
    assert ended.stderr == ""
    wait_until(lambda: not list(jobs.iterdir()))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_a_program_that_submits_and_ends_at_once_loses_nothing(config, tmp_path):
    program = (
        "import os, clustrix\n"
        f"config = clustrix.ClusterConfig(cluster_type='local', remote_work_dir={config.remote_work_dir!r})\n"
        f"print(clustrix.ClusterExecutor(config).submit(os.mkdir, {str(tmp_path / 'made')!r}).key)\n"
    )
    source = str(Path(__file__).parents[2] / "src")
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": source})

    wait_until((tmp_path / "made").exists)


def test_many_calls_at_once_all_come_back(executor):
    futures = [executor.submit(double, number) for number in range(60)]

    assert [future.result() for future in futures] == [2 * number for number in range(60)]


@pytest.mark.parametrize("safe_path", ["", "1"])
def test_it_runs_where_python_looks_beside_nothing_and_processes_started_afresh_make_no_call(config, safe_path):
    variables = {"PYTHONSAFEPATH": safe_path}
    executor = ClusterExecutor(replace(config, python_executable=sys.executable, environment_variables=variables))

    assert executor.submit(in_fresh_process, 4).result(60) == [8]
