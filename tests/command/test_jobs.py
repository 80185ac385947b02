"""status, logs, wait, result, attach and cancel, from other processes than the one that submitted."""

import re
import signal

import pytest

from tests.command.conftest import keys_in, wait_for


def test_status_shows_each_job_in_a_line_of_80_columns(clustrix):
    done, failed = clustrix.submit("add(1)"), clustrix.submit("fail()")
    assert clustrix("wait", done, failed).status == 1

    said = clustrix("status")

    assert said.status == 0
    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) <= 80
    assert re.findall(r"^([a-z]+-\w{10}) +(\w+)", said.out, re.MULTILINE) == [(done, "done"), (failed, "failed")]
    assert "raised ValueError" in said.out


def test_status_as_json_says_all_of_it(clustrix):
    key = clustrix.submit("add(1)")
    clustrix("wait", key)

    (row,) = clustrix.rows()

    assert (row["key"], row["name"], row["state"], row["function"]) == (key, "add", "done", "script.py:5")
    assert row["max_rss_bytes"] > 1_000_000
    assert row["elapsed_seconds"] >= 0
    assert "signing_key" not in row


def test_status_of_one_job_tells_where_its_folder_is_and_leaves_with_its_fate(clustrix):
    done, failed = clustrix.submit("add(1)"), clustrix.submit("die()")
    clustrix("wait", done, failed)

    assert clustrix("status", done).status == 0
    said = clustrix("status", failed)

    assert said.status == 1
    assert "exit status 3" in said.out
    assert f".clustrix/jobs/{failed}" in said.out


def test_without_any_job_status_says_so(clustrix):
    assert "no jobs" in clustrix("status").out


@pytest.mark.parametrize("shorten", [lambda key: key, lambda key: key[:-4], lambda key: key.partition("-")[0]])
def test_a_key_may_be_shortened(clustrix, shorten):
    key = clustrix.submit("add(1)")
    clustrix("wait", key)

    assert clustrix("result", shorten(key)).out == "2\n"


def test_a_jobs_number_is_as_good_as_its_key(clustrix):
    key = clustrix.submit("add(1)")
    clustrix("wait", key)
    number = clustrix.rows()[0]["job_id"]

    assert clustrix("result", number).out == "2\n"


def test_a_beginning_that_several_have_is_refused_with_their_keys(clustrix):
    keys = {clustrix.submit("add(1)"), clustrix.submit("add(2)")}
    clustrix("wait", *keys)

    said = clustrix("result", "add")

    assert said.status == 2
    assert set(keys_in(said.err)) == keys


@pytest.mark.parametrize("verb", ["status", "logs", "wait", "result", "attach", "cancel", "files"])
def test_a_job_that_is_not_there_is_an_error_that_says_where_was_looked(clustrix, verb):
    clustrix.submit("add(1)")

    said = clustrix(verb, "nosuch-0123456789")

    assert said.status == 3
    assert "there is no job nosuch-0123456789" in said.err
    assert "this machine" in said.err


def test_what_cannot_be_a_key_is_wrong_usage(clustrix):
    assert clustrix("logs", "../../etc").status == 2


def test_logs_prints_what_the_job_printed(clustrix):
    key = clustrix.submit("add(1)")
    clustrix("wait", key)

    assert clustrix("logs", key).out == "adding\n"


def test_logs_f_follows_until_the_job_ends_and_leaves_its_folder(clustrix):
    mark = clustrix.folder / "go on"
    key = clustrix.submit(f"until({str(mark)!r})")
    following = clustrix.start("logs", "-f", key)
    assert following.stdout.readline() == "begun\n"

    mark.touch()

    out, err = following.communicate(timeout=20)
    assert (following.returncode, out, err) == (0, "went on\n", "")
    assert clustrix("result", key).out == "'the end'\n"


def test_wait_gives_up_after_its_time(clustrix):
    key = clustrix.submit(f"until({str(clustrix.folder / 'never')!r})")

    said = clustrix("wait", key, "--timeout", "1s")

    assert said.status == 3
    assert "running" in said.out
    clustrix("cancel", key)


def test_result_can_be_asked_for_again_and_kept_in_a_file(clustrix):
    import pickle

    key = clustrix.submit("add(41)")

    assert clustrix("result", key, "--to", "value.pickle").out == "42\n"
    assert pickle.loads((clustrix.folder / "value.pickle").read_bytes()) == 42
    assert clustrix("result", key).out == "42\n"


def test_result_raises_what_the_function_raised(clustrix):
    key = clustrix.submit("fail()")

    said = clustrix("result", key)

    assert said.status == 1
    assert said.out == ""
    assert "ValueError: no good" in said.err


def test_attach_prints_what_is_printed_and_then_the_value(clustrix):
    key = clustrix.submit("add(1)")

    assert clustrix("attach", key).out == "adding\n2\n"


def test_cancel_ends_a_running_job_and_says_so(clustrix):
    key = clustrix.submit(f"until({str(clustrix.folder / 'never')!r})")
    wait_for(lambda: clustrix.rows()[0]["state"] == "running")

    said = clustrix("cancel", key)

    assert said.status == 0
    assert said.out.startswith(f"{key} is cancelled")
    assert clustrix("wait", key).status == 1
    assert "has ended already" in clustrix("cancel", key).out


def test_ctrl_c_in_a_blocked_run_leaves_the_job_and_says_how_to_return(clustrix):
    mark = clustrix.folder / "go on"
    blocked = clustrix.start("run", "script.py:until", str(mark))
    assert blocked.stdout.readline() == "begun\n"

    blocked.send_signal(signal.SIGINT)

    _, told = blocked.communicate(timeout=20)
    assert blocked.returncode == 130
    (key,) = set(keys_in(told))
    assert f"clustrix.attach({key!r}).result()" in told
    assert f"clustrix cancel {key}\n" in told
    mark.touch()
    assert clustrix("attach", key).out == "begun\nwent on\n'the end'\n"


def test_the_note_of_ctrl_c_is_literally_right_in_another_process(clustrix, monkeypatch):
    import subprocess
    import sys

    key = clustrix.submit("add(1)", settings=f", remote_work_dir={str(clustrix.folder)!r}")
    code = f"import clustrix; print(clustrix.attach({key!r}).result())"

    command, folder, variables = [sys.executable, "-c", code], clustrix.folder, clustrix.environment
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("2\n", "")


def test_after_run_nothing_is_left_of_a_job_on_the_cluster(clustrix):
    assert clustrix("run", "script.py:add", "1").status == 0

    assert clustrix.rows() == []


def test_a_map_is_one_line_waited_for_as_a_whole_and_its_logs_are_told_apart(clustrix):
    import subprocess
    import sys

    code = "import clustrix, script; clustrix.cluster(script.add, cleanup_on_success=False).map([1, 2, 3])"
    command = [sys.executable, "-c", code]
    subprocess.run(command, cwd=clustrix.folder, env=clustrix.environment, capture_output=True, check=True)
    (row,) = clustrix.rows()

    said = clustrix("wait", row["key"])

    assert (said.status, row["tasks"]) == (0, 3)
    assert "3 of 3 tasks ended" in said.out
    assert clustrix("logs", f"{row['key']}_1").out == "adding\n"
    assert clustrix("logs", row["key"]).out.count("adding\n") == 3
    assert "is a map of 3 tasks" in clustrix("result", row["key"]).err
