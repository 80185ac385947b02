"""Each promise of the test cluster, shown on the cluster itself."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from testbed import USERS, Testbed, TestbedError, reserved, wait_until

pytestmark = pytest.mark.testbed

ROOT = Path(__file__).resolve().parents[2]
DONE = {"COMPLETED", "FAILED", "OUT_OF_MEMORY", "PREEMPTED", "NODE_FAIL", "CANCELLED", "TIMEOUT"}


def submit(cluster: Testbed, script: str, *options: str) -> str:
    """Submit a shell script as alice; its output goes to /scratch/JOB.out."""
    words = ["sbatch", "--parsable", "--output=/scratch/%j.out", *options]
    return cluster.exec("login", [*words], user="alice", input=f"#!/bin/bash -l\n{script}\n").stdout.strip()


def job_field(cluster: Testbed, job: str, name: str) -> str:
    shown = cluster.exec("login", ["scontrol", "--oneliner", "show", "job", job]).stdout
    found = re.search(rf"\b{name}=(\S*)", shown)
    return found[1] if found else ""


def end_of(cluster: Testbed, job: str, limit: float = 30) -> str:
    """Wait until a job has ended; give its state."""

    def ended() -> str:
        state = job_field(cluster, job, "JobState")
        return state if state in DONE else ""

    return wait_until(ended, limit, f"job {job} did not end", every=0.05)


def output_of(cluster: Testbed, job: str) -> str:
    assert end_of(cluster, job) == "COMPLETED"
    return cluster.path("login", f"/scratch/{job}.out").read_text()


def node_state(cluster: Testbed, name: str) -> str:
    return cluster.exec("login", ["sinfo", "--noheader", f"--nodes={name}", "--format=%T"]).stdout.split("\n")[0]


def link_is_there(name: str) -> bool:
    return Path(f"/sys/class/net/{name}").exists()


@contextmanager
def echo_session(cluster: Testbed) -> Iterator[Callable[[float], float | None]]:
    """Open an ssh session, and give a function: the seconds that an echo takes, None if none comes within the limit."""
    command = cluster.ssh_command("hpc", "cat")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as session:
        assert session.stdin
        assert session.stdout
        pipe, waiting = session.stdin, session.stdout

        def echo(limit: float) -> float | None:
            began = time.monotonic()
            pipe.write(b"hello\n")
            if not select.select([waiting], [], [], limit)[0]:
                return None
            waiting.read(4096)
            return time.monotonic() - began

        assert echo(10) is not None
        try:
            yield echo
        finally:
            session.kill()


# ---- users, ssh


@pytest.mark.parametrize(
    ("alias", "user", "shell"),
    [
        ("hpc", "alice", "bash"),
        ("login.hpc.test", "alice", "bash"),
        ("hpc-carol", "carol", "tcsh"),
        ("hpc-dave", "dave", "dash"),
        ("jump", "alice", "bash"),
    ],
)
def test_the_laptop_reaches_the_login_node_as_each_user_with_a_key(
    testbed: Testbed, alias: str, user: str, shell: str
) -> None:
    said = testbed.ssh(alias, "whoami; hostname; echo $0").stdout.split()
    assert said == [user, "login.hpc.test", shell]


def test_the_noisy_user_s_shell_prints_on_both_streams_before_the_command_does(testbed: Testbed) -> None:
    done = testbed.ssh("hpc-noisy", "echo answer")
    assert done.stdout == "Welcome, noisy: maintenance on Monday\nanswer\n"
    assert done.stderr == "quota: 80 % used\n"


def test_bob_comes_in_with_his_password_only(testbed: Testbed) -> None:
    refused = testbed.ssh("hpc-bob", "-o", "BatchMode=yes", "whoami", check=False)
    assert "Permission denied" in refused.stderr
    command = ["sshpass", "-p", testbed.password("bob"), *testbed.ssh_command("hpc-bob", "whoami")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "bob\n"


@pytest.mark.parametrize(
    ("alias", "said"),
    [
        ("hpc-refused", "Permission denied (publickey"),
        ("hpc-changed-key", "REMOTE HOST IDENTIFICATION HAS CHANGED"),
        ("hpc-unknown-key", "No ED25519 host key is known for unknown.hpc.test"),
        ("hpc-noroute", "No route to host"),
    ],
)
def test_each_refusal_of_ssh_has_its_alias(testbed: Testbed, alias: str, said: str) -> None:
    done = testbed.ssh(alias, "true", check=False)
    assert done.returncode == 255
    assert said in done.stderr


def test_a_terminal_can_be_had(testbed: Testbed) -> None:
    assert testbed.ssh("hpc", "-tt", "tty").stdout.startswith("/dev/pts/")


# ---- nodes


def test_each_node_has_its_own_name_tmp_and_processes(testbed: Testbed) -> None:
    look = "hostname; touch /tmp/mark; pgrep slurmctld || echo alone; cut -d. -f1 /proc/uptime"
    job = submit(testbed, look, "--nodelist=s17")
    name, others, uptime = output_of(testbed, job).split()
    assert (name, others) == ("s17.nodes.hpc.test", "alone")
    assert int(uptime) < float(Path("/proc/uptime").read_text().split()[0])
    assert testbed.path("s17", "/tmp/mark").exists()
    assert not testbed.path("s18", "/tmp/mark").exists()
    assert not testbed.path("login", "/tmp/mark").exists()
    assert not Path("/tmp/mark").exists()


def test_home_and_scratch_are_shared_by_the_nodes_and_unseen_by_the_laptop(testbed: Testbed) -> None:
    testbed.ssh("hpc", "echo one >~/shared-home; echo two >/scratch/shared-scratch")
    job = submit(testbed, "cat ~/shared-home /scratch/shared-scratch")
    assert output_of(testbed, job).split() == ["one", "two"]
    assert not Path("/home/alice").exists()
    assert not Path("/scratch/shared-scratch").exists()
    assert list((testbed.run_folder / "fs").iterdir()) == []
    assert "testbed" not in Path("/proc/mounts").read_text()


def test_the_nodes_see_nothing_of_the_laptop(testbed: Testbed) -> None:
    checkout = Path(__file__).resolve()
    for node in ("login", "s17"):
        assert not testbed.path(node, str(checkout)).exists()
        assert testbed.exec(node, ["ls", "/usr/local"]).stdout == ""
    assert testbed.exec("login", ["ls", "/root"], user="alice", check=False).returncode != 0


def test_users_are_not_on_the_laptop(testbed: Testbed) -> None:
    laptop = Path("/etc/passwd").read_text()
    for user in USERS:
        assert testbed.exec("s17", ["id", "-un", user.name]).stdout.strip() == user.name
        assert f"{user.name}:" not in laptop


# ---- Pythons


def test_modules_give_each_python(testbed: Testbed) -> None:
    versions = testbed.exec("login", ["ls", "/opt/python"]).stdout.split()
    minors = [v.rpartition(".")[0] for v in versions if v.startswith("3.")]
    if not minors:
        pytest.skip(f"no Pythons in {testbed.options.pythons}")
    job = submit(testbed, "\n".join(f"(module load python/{minor}; python3 --version)" for minor in minors))
    said = output_of(testbed, job).splitlines()
    assert [line.rpartition(".")[0] for line in said] == [f"Python {minor}" for minor in minors]
    assert "python/" in testbed.ssh("hpc", "bash -lc 'module avail 2>&1'").stdout


def test_a_node_s_python_can_be_changed_or_taken_away_while_it_is_up(faulty: Testbed) -> None:
    look = "for p in python3 python3.9 /usr/libexec/platform-python; do command -v $p; done; true"
    assert faulty.ssh("hpc", look).stdout.split()[0] == "/usr/bin/python3"
    if "3.9" in faulty.exec("login", ["ls", "/opt/python"]).stdout:
        faulty.set_python("login", "versioned:3.9")
        assert faulty.ssh("hpc", look).stdout.split() == ["/usr/bin/python3.9"]
        faulty.set_python("login", "platform:3.9")
        assert faulty.ssh("hpc", look).stdout.split() == ["/usr/libexec/platform-python"]
    faulty.set_python("login", "none")
    assert faulty.ssh("hpc", look).stdout == ""
    faulty.set_python("login", "system")
    assert faulty.ssh("hpc", "python3 -c 'import sys, json; print(sys.prefix)'").stdout == "/usr\n"


# ---- Slurm


def test_a_job_that_was_submitted_over_ssh_runs_on_the_compute_node(testbed: Testbed) -> None:
    words = "sbatch --parsable --nodelist=s17 --output=/scratch/%j.out --wrap 'hostname; whoami'"
    job = testbed.ssh("hpc", words).stdout.strip()
    assert output_of(testbed, job).split() == ["s17.nodes.hpc.test", "alice"]


def test_sacct_knows_the_job_with_its_account_and_qos(testbed: Testbed) -> None:
    job = submit(testbed, "true", "--account=proj", "--qos=high")
    ask = f"sacct --allocations --noheader --parsable2 --format=state,account,qos,nodelist --jobs {job}"

    def recorded() -> bool:
        return testbed.ssh("hpc", ask).stdout.strip().startswith("COMPLETED|proj|high|s1")

    wait_until(recorded, 20, "sacct does not know the job", every=0.1)


def test_an_account_that_nobody_made_is_refused(testbed: Testbed) -> None:
    done = testbed.ssh("hpc", "sbatch --account=nobody --wrap true", check=False)
    assert done.returncode != 0
    assert "Invalid account" in done.stderr


def test_a_job_over_its_memory_ends_as_out_of_memory(testbed: Testbed) -> None:
    job = submit(testbed, "exec tail <(head -c 300M /dev/zero; sleep 30)", "--mem=50M")
    expected = "OUT_OF_MEMORY" if testbed.cgroups else "FAILED"
    assert end_of(testbed, job) == expected


def test_gpus_features_and_limits_are_there_to_be_asked_for(testbed: Testbed) -> None:
    gpu = submit(testbed, "echo $CUDA_VISIBLE_DEVICES; hostname -s", "--partition=gpu", "--gres=gpu:a100:1")
    feature = submit(testbed, "hostname -s", "--constraint=haswell")
    too_long = submit(testbed, "true", "--partition=short", "--time=10")
    wait_until(lambda: job_field(testbed, too_long, "Reason") == "PartitionTimeLimit", 10, "no reason is given")
    assert output_of(testbed, gpu).split() == ["0", "s18"]
    assert output_of(testbed, feature) == "s17\n"
    testbed.exec("login", ["scancel", too_long])


def test_a_job_of_the_scavenge_partition_gives_way(testbed: Testbed) -> None:
    weak = submit(testbed, "exec tail -f /dev/null", "--partition=scavenge", "--exclusive", "--nodelist=s17")
    wait_until(lambda: job_field(testbed, weak, "JobState") == "RUNNING", 10, "the job does not start", every=0.05)
    strong = submit(testbed, "true", "--exclusive", "--nodelist=s17")
    assert end_of(testbed, weak) == "PREEMPTED"
    assert end_of(testbed, strong) == "COMPLETED"


# ---- faults


def test_a_node_that_loses_power_is_down_for_slurm_and_comes_back(faulty: Testbed) -> None:
    job = submit(faulty, "exec tail -f /dev/null", "--nodelist=s18", "--no-requeue")
    wait_until(lambda: job_field(faulty, job, "JobState") == "RUNNING", 10, "the job does not start", every=0.05)
    faulty.path("s18", "/var/tmp/kept").touch()
    faulty.kill_node("s18")
    with pytest.raises(TestbedError, match="node s18 is off"):
        faulty.exec("s18", ["true"])
    assert end_of(faulty, job, limit=60) == "NODE_FAIL"
    wait_until(lambda: node_state(faulty, "s18").startswith("down"), 30, "Slurm says so of the node", every=0.05)
    faulty.start_node("s18")
    wait_until(lambda: node_state(faulty, "s18") == "idle", 30, "s18 does not come back", every=0.1)
    assert faulty.path("s18", "/var/tmp/kept").exists()


def test_a_node_is_switched_on_before_the_kernel_has_taken_its_cables_away(faulty: Testbed) -> None:
    # Whoever holds a network open keeps its ends, as the kernel does until it gets to removing them.
    with open(f"/proc/{faulty.node('s18').pid}/ns/net"):
        faulty.kill_node("s18")
        faulty.start_node("s18")
    wait_until(lambda: node_state(faulty, "s18") == "idle", 30, "s18 does not come back", every=0.1)


@pytest.mark.skipif(not Path("/dev/fuse").exists(), reason="this machine has no FUSE")
def test_a_second_folder_is_seen_late_while_the_first_one_is(faulty: Testbed) -> None:
    faulty.exec("login", ["mkdir", "-p", "/scratch/one", "/scratch/two"])
    faulty.lag("login", "/scratch/one", 0.0)
    faulty.lag("login", "/scratch/two", 0.0)
    faulty.exec("s17", ["touch", "/scratch/two/there"])
    assert faulty.exec("login", ["ls", "/scratch/two"]).stdout == "there\n"


def test_a_paused_scheduler_does_not_answer_and_a_stopped_one_refuses(faulty: Testbed) -> None:
    faulty.pause_slurmctld()
    assert faulty.ssh("hpc", "timeout 1 squeue", check=False).returncode == 124
    faulty.resume_slurmctld()
    assert faulty.ssh("hpc", "squeue").returncode == 0
    faulty.stop_slurmctld()
    assert not faulty.node("login").listens(6817)
    faulty.start_slurmctld()
    assert faulty.ssh("hpc", "squeue").returncode == 0


def test_slurmd_can_be_stopped_while_its_job_lives_on(faulty: Testbed) -> None:
    job = submit(faulty, "until [ -e /scratch/go ]; do sleep 0.1; done", "--nodelist=s17")
    wait_until(lambda: job_field(faulty, job, "JobState") == "RUNNING", 10, "the job does not start", every=0.05)
    faulty.slurmd("s17", "stop")
    assert not faulty.node("s17").listens(6818)
    faulty.slurmd("s17", "start")
    faulty.path("login", "/scratch/go").touch()
    assert end_of(faulty, job) == "COMPLETED"


def test_a_cut_is_a_black_hole_and_open_sessions_live_on_when_it_is_mended(faulty: Testbed) -> None:
    with echo_session(faulty) as echo:
        faulty.cut()
        assert echo(0.5) is None
        done = faulty.ssh("hpc", "-o", "ConnectTimeout=1", "true", check=False)
        assert "timed out" in done.stderr
        faulty.mend()
        assert echo(20) is not None


def test_with_the_cable_out_no_packet_takes_another_way(faulty: Testbed) -> None:
    faulty.cut("link")
    done = faulty.ssh("hpc", "true", check=False)
    assert "No route to host" in done.stderr
    route = subprocess.run(["ip", "route", "get", faulty.login_address], capture_output=True, text=True, check=False)
    assert "No route to host" in route.stderr


def test_latency_is_added_to_each_round_trip_and_taken_away_again(faulty: Testbed) -> None:
    with echo_session(faulty) as echo:
        faulty.latency(0.3)
        echo(10)  # the first one may meet the moment of the change
        slow = echo(10)
        assert slow is not None
        assert 0.3 <= slow < 0.6
        faulty.latency(0)
        echo(10)
        fast = echo(10)
        assert fast is not None
        assert fast < 0.3


def test_sshd_can_drop_its_sessions_and_can_be_stopped(faulty: Testbed) -> None:
    with subprocess.Popen(faulty.ssh_command("hpc", "cat"), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as session:
        assert session.stdin
        assert session.stdout
        session.stdin.write(b"hello\n")
        session.stdin.flush()
        assert session.stdout.readline() == b"hello\n"
        faulty.drop_sessions()
        assert session.wait(10) == 255
    assert faulty.ssh("hpc", "echo again").stdout == "again\n"
    faulty.sshd("stop")
    assert "Connection refused" in faulty.ssh("hpc", "true", check=False).stderr
    faulty.sshd("start")
    assert faulty.ssh("hpc", "echo again").stdout == "again\n"


def test_a_full_disk_takes_nothing_more_until_it_has_space_again(faulty: Testbed) -> None:
    faulty.fill("small")
    done = faulty.ssh("hpc", "echo more >/scratch/small/file", check=False)
    assert "No space left on device" in done.stderr
    faulty.unfill("small")
    faulty.ssh("hpc", "echo more >/scratch/small/file")


def test_what_a_test_leaves_on_the_small_disk_harms_no_other_even_if_a_process_holds_it(faulty: Testbed) -> None:
    # The shell opens the file, not the process in the background: that might come to it only after it was removed.
    faulty.ssh("hpc", "exec 3>/scratch/small/held; rm /scratch/small/held; sleep 100 </dev/null >&3 2>&3 &")
    faulty.fill("small")
    faulty.heal()

    for node in ("login", "s17"):
        faulty.exec(node, ["dd", "if=/dev/zero", f"of=/scratch/small/{node}", "bs=1M", "count=9"], user="alice")
    faulty.exec("login", ["pkill", "-u", "alice", "-x", "sleep"])
    faulty.renew_small(inodes=4)
    told = faulty.exec("s18", ["touch", *(f"/scratch/small/{number}" for number in range(4))], check=False)
    assert "No space left on device" in told.stderr


# ---- the end


def test_down_leaves_nothing_and_keeps_late_packets_here() -> None:
    if reason := Testbed.unavailable_reason():
        pytest.skip(reason)
    with reserved(nodes=("s17",), sacct=False, python="system") as cluster:
        submit_escape = ["sh", "-c", "setsid --fork sleep 1000 >/dev/null 2>&1 </dev/null"]
        cluster.exec("s17", submit_escape, user="alice")
        namespaces = {os.readlink(f"/proc/{cluster.node(host.name).pid}/ns/net") for host in cluster.hosts}
        inside = processes_in(namespaces)
        groups = cluster.cgroups
        assert link_is_there(cluster.interface)
        assert len(inside) > 5
    wait_until(lambda: not inside & processes_in(namespaces), 5, "processes of the cluster live on")
    assert not link_is_there(cluster.interface)
    assert not cluster.run_folder.exists()
    assert not any(group.exists() for group in groups)
    ask = ["ip", "route", "get", cluster.login_address]
    assert "No route to host" in subprocess.run(ask, capture_output=True, text=True, check=False).stderr


def test_the_cluster_of_a_test_session_that_was_killed_is_cleared_away_by_the_next(
    testbed: Testbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = """
import os, signal
from testbed import reserved
with reserved(nodes=("s17",), sacct=False) as testbed:
    print(testbed.id, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    left = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert left.returncode == -signal.SIGKILL, left.stderr
    number = int(left.stdout)
    assert number != testbed.id
    assert Testbed.running(number).is_up
    monkeypatch.setenv("CLUSTRIX_TESTBED_ID", str(number))
    with reserved(nodes=("s18",), sacct=False) as next_one:
        assert next_one.id == number
        assert next_one.exec("login", ["sinfo", "--noheader", "--format=%N"]).stdout.split()[0] == "s18"
    assert not next_one.is_up


def processes_in(namespaces: set[str]) -> set[int]:
    """All processes whose network is one of these."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.readlink(folder / "ns/net") in namespaces:
                found.add(int(folder.name))
    return found
