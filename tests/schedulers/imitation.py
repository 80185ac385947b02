"""An imitation of PBS and LSF: their commands, with jobs that really run on this machine and a state that is kept.

It says what their manuals say. It proves that the adapters' commands, scripts and reading fit together; it cannot prove
that the manuals are right.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

COMMANDS = {
    "pbs": ("qsub", "qstat", "qdel", "qselect", "pbsnodes"),
    "lsf": ("bsub", "bjobs", "bkill"),
}
#: Between the signals that end a job.
PATIENCE_SECONDS = 2.0
#: A minute of bsub -W, in seconds.
LSF_MINUTE = float(os.environ.get("IMITATION_MINUTE", "60"))


def install(folder: Path, family: str, dialect: str = "") -> None:
    """Put the commands into ``folder``, which keeps the state as well."""
    for command in COMMANDS[family]:
        script = folder / command
        words = shlex.join([sys.executable, "-I", __file__, str(folder / "state"), dialect, command])
        script.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        script.chmod(0o755)
    (folder / "state").mkdir()


class Jobs:
    """The jobs, each a file of JSON."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, job: dict[str, Any]) -> int:
        number = 1
        while True:
            with contextlib.suppress(FileExistsError), (self.folder / f"{number}.json").open("x") as stream:
                json.dump({"number": number, **job}, stream)
                return number
            number += 1

    def read(self, number: int) -> dict[str, Any] | None:
        try:
            loaded: dict[str, Any] = json.loads((self.folder / f"{number}.json").read_text())
        except FileNotFoundError:
            return None
        return loaded

    def change(self, number: int, **what: Any) -> None:
        job = {**(self.read(number) or {}), **what}
        beside = self.folder / f".{number}.{os.getpid()}"
        beside.write_text(json.dumps(job))
        beside.rename(self.folder / f"{number}.json")

    def all(self) -> list[dict[str, Any]]:
        numbers = sorted(int(path.stem) for path in self.folder.glob("[0-9]*.json"))
        return [job for number in numbers if (job := self.read(number))]


# ------------------------------------------------------------------------------------------------------ running jobs


def start(jobs: Jobs, number: int, family: str) -> None:
    """Run the job in the background: a keeper that starts it, holds it to its limits, and writes down its end."""
    subprocess.Popen(
        [sys.executable, "-I", __file__, str(jobs.folder), family, "keep", str(number)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def keep(jobs: Jobs, number: int, family: str) -> None:
    job = jobs.read(number) or {}
    spool = jobs.folder / f"{number}.out"
    with spool.open("ab") as out:
        process = subprocess.Popen(
            job["command"],
            cwd=job["cwd"],
            env={**os.environ, **job["variables"]},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    began = time.monotonic()
    jobs.change(number, state="R", pid=process.pid)
    reason, told = "", 0.0
    while process.poll() is None:
        time.sleep(0.05)
        used, elapsed = memory(process.pid), time.monotonic() - began
        deleted = (jobs.folder / f"{number}.deleted").exists()
        if not reason and job["seconds"] and elapsed > job["seconds"]:
            reason = "walltime"
        elif not reason and job["bytes"] and used > job["bytes"]:
            reason = "mem"
        elif not reason and deleted:
            reason = "deleted"
        else:
            if told and time.monotonic() - told > PATIENCE_SECONDS:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            continue
        told = time.monotonic()
        end(process.pid, reason, family, spool)
    jobs.change(number, state="F", status=process.returncode, reason=reason, elapsed=time.monotonic() - began)


def end(group: int, reason: str, family: str, spool: Path) -> None:
    """Tell a job to end as its scheduler does."""
    if family == "lsf":
        os.killpg(group, signal.SIGUSR2 if reason == "walltime" else signal.SIGINT)
        return
    if reason != "deleted":
        with spool.open("a") as out:
            out.write(f"=>> PBS: job killed: {reason} 65 exceeded limit 60\n")
    os.killpg(group, signal.SIGTERM)


def array(text: str) -> list[int]:
    """The numbers of ``0-4%2``."""
    first, _, last = text.partition("%")[0].partition("-")
    return list(range(int(first), int(last) + 1))


def one_by_one(tasks: list[int], variable: str, command: list[str]) -> list[str]:
    """The command for each task of an array; a real scheduler would run some of them at once."""
    loop = f'for {variable} in {" ".join(map(str, tasks))}; do export {variable}; "$@"; done'
    return ["/bin/sh", "-c", loop, "array", *command]


def number_of(word: str) -> int:
    """48213 of ``48213[].pbs.test``."""
    return int(re.match(r"\d+", word)[0])  # type: ignore[index]  # whoever asks has it from us


def memory(group: int) -> int:
    """Resident bytes of a process group."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    return total


# --------------------------------------------------------------------------------------------------------------- PBS


def options(words: list[str], flags: str) -> tuple[dict[str, list[str]], list[str]]:
    """Options with their values, and the other words; ``flags`` have no value."""
    found: dict[str, list[str]] = {}
    words = list(words)
    while words and words[0].startswith("-"):
        name = words.pop(0)[1:]
        found.setdefault(name, []).append("" if name in flags.split() else words.pop(0))
    return found, words


def qsub(jobs: Jobs, dialect: str, words: list[str]) -> int:
    asked, (script,) = options(words, "h")
    if asked.get("q") == ["nosuch"]:
        said = "submit error (Unknown queue MSG=cannot locate queue)" if dialect == "torque" else "Unknown queue"
        print(f"qsub: {said}", file=sys.stderr)
        return 170
    limits = ":".join(asked.get("l", []))
    clock = re.search(r"walltime=(\d+):(\d+):(\d+)", limits)
    cores = re.search(r"(?:ncpus|ppn)=(\d+)", limits)
    size = re.search(r"mem=(\d+)mb", limits)
    name = asked["N"][0]
    if len(name) > 15 or not name[0].isalpha():
        print("qsub: illegal -N value", file=sys.stderr)
        return 1
    command = [asked["S"][0], str(Path(script).resolve())]
    tasks = array(asked["t" if dialect == "torque" else "J"][0]) if asked.keys() & {"t", "J"} else []
    if tasks:
        command = one_by_one(tasks, "PBS_ARRAYID" if dialect == "torque" else "PBS_ARRAY_INDEX", command)
    number = jobs.add({
        "name": name,
        "state": "H" if "h" in asked else "Q",
        "command": command,
        "tasks": tasks,
        "cwd": os.path.expanduser("~"),
        "variables": {"NCPUS": cores[1] if cores else "1", "PBS_QUEUE": "workq", "PBS_JOBNAME": name},
        "seconds": int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3]) if clock else 0,
        "bytes": int(size[1]) << 20 if size else 0,
    })  # fmt: skip
    if "h" not in asked:
        start(jobs, number, "pbs")
    print(f"{number}{'[]' if tasks else ''}.pbs.test")
    return 0


def qstat(jobs: Jobs, dialect: str, words: list[str]) -> int:
    if words == ["--version"]:
        print("Version: 6.1.2\nCommit: 661e092" if dialect == "torque" else "pbs_version = 22.05.11")
        return 0
    if dialect == "torque" and "-x" in words:
        print("<Data></Data>")
        return 0
    status = 0
    for word in words:
        if word.startswith("-"):
            continue
        job = jobs.read(number_of(word))
        if job is None:
            print(f"qstat: Unknown Job Id {word}", file=sys.stderr)
            status = 153
        else:
            for task in ["", *(job["tasks"] if "-t" in words else [])]:
                print(listing(job, dialect, f"[{task}]" if job["tasks"] else ""))
    return status


def listing(job: dict[str, Any], dialect: str, task: str) -> str:
    torque, ended = dialect == "torque", job["state"] == "F"
    state = "C" if ended and torque else job["state"]
    lines = [f"Job Id: {job['number']}{task}.pbs.test", f"    Job_Name = {job['name']}", f"    job_state = {state}"]
    lines += ["    Variable_List = PBS_O_HOME=/home/alice,PBS_O_PATH=/usr/local/bin:/usr/bin,\n\tPBS_O_HOST=login"]
    if job["state"] != "Q" and "pid" in job:
        lines.append("    exec_host = node7/0*2")
    if ended and job.get("status") is not None:
        code = job["status"] if job["status"] >= 0 else (128 if torque else 256) - job["status"]
        lines.append(f"    {'exit_status' if torque else 'Exit_status'} = {code}")
    return "\n".join(lines) + "\n"


def qdel(jobs: Jobs, dialect: str, words: list[str]) -> int:
    for word in words:
        number = number_of(word)
        job = jobs.read(number)
        if job is None or job["state"] == "F":
            print(f"qdel: Unknown Job Id {word}", file=sys.stderr)
            return 153
        if job["state"] == "H":
            jobs.change(number, state="F", status=None)
        (jobs.folder / f"{number}.deleted").touch()
    return 0


def qselect(jobs: Jobs, dialect: str, words: list[str]) -> int:
    for job in jobs.all():
        if words == ["-N", job["name"]] and job["state"] != "F":
            print(f"{job['number']}.pbs.test")
    return 0


def pbsnodes(jobs: Jobs, dialect: str, words: list[str]) -> int:
    return 0


# --------------------------------------------------------------------------------------------------------------- LSF


def bsub(jobs: Jobs, dialect: str, words: list[str]) -> int:
    asked, (command,) = options(words, "H rn r x")
    queue = asked.get("q", ["normal"])[0]
    if queue == "nosuch":
        print("nosuch: No such queue. Job not submitted.", file=sys.stderr)
        return 255
    size = re.fullmatch(r"(\d+)MB", asked.get("M", [""])[0])
    name, _, numbers = asked["J"][0].partition("[")
    tasks = array(numbers.replace("]", "")) if numbers else []
    words = ["/bin/sh", "-c", command]
    number = jobs.add({
        "name": name,
        "state": "H" if "H" in asked else "Q",
        "command": one_by_one(tasks, "LSB_JOBINDEX", words) if tasks else words,
        "tasks": tasks,
        "cwd": os.getcwd(),
        "variables": {"LSB_DJOB_NUMPROC": asked.get("n", ["1"])[0], "LSB_QUEUE": queue, "LSB_JOBNAME": name},
        "seconds": int(asked["W"][0]) * LSF_MINUTE if "W" in asked else 0,
        "bytes": int(size[1]) << 20 if size else 0,
    })  # fmt: skip
    if "H" not in asked:
        start(jobs, number, "lsf")
    print(f"Job <{number}> is submitted to {'' if 'q' in asked else 'default '}queue <{queue}>.")
    return 0


LSF_REASONS = {
    "walltime": "TERM_RUNLIMIT: job killed after reaching LSF run time limit",
    "mem": "TERM_MEMLIMIT: job killed after reaching LSF memory usage limit",
    "deleted": "TERM_OWNER: job killed by owner",
}


def bjobs(jobs: Jobs, dialect: str, words: list[str]) -> int:
    asked, numbers = options(words, "a noheader")
    if "J" in asked:
        found = [job["number"] for job in jobs.all() if job["name"] == asked["J"][0]]
        print("\n".join(map(str, found)))
        return 0
    for word in numbers:
        job = jobs.read(int(word))
        if job is None:
            print(f"Job <{word}> is not found", file=sys.stderr)
        else:
            print("\n".join(row(job, task) for task in job["tasks"] or [0]))
    return 0


def row(job: dict[str, Any], task: int) -> str:
    status = job.get("status")
    word = {"H": "PSUSP", "Q": "PEND", "R": "RUN", "F": "EXIT" if status or job.get("reason") else "DONE"}[job["state"]]
    code = "-" if not status else str(status if status > 0 else 128 - status)
    host = "2*node7" if "pid" in job else "-"
    waits = {"H": "The job was suspended by the user while pending;", "Q": "New job is waiting for scheduling;"}
    fields = [
        job["number"],
        task,
        word,
        host,
        code,
        LSF_REASONS.get(job.get("reason", ""), "-"),
        waits.get(job["state"], "-"),
    ]
    return "|".join(map(str, fields))


def bkill(jobs: Jobs, dialect: str, words: list[str]) -> int:
    for word in words:
        job = jobs.read(int(word))
        if job is None or job["state"] == "F":
            print(f"Job <{word}>: {'Job has already finished' if job else 'No matching job found'}", file=sys.stderr)
            return 255
        if job["state"] == "H":
            jobs.change(int(word), state="F", status=130, reason="deleted")
        (jobs.folder / f"{word}.deleted").touch()
        print(f"Job <{word}> is being terminated")
    return 0


def main(folder: str, dialect: str, command: str, *words: str) -> int:
    jobs = Jobs(Path(folder))
    if command == "keep":
        keep(jobs, int(words[0]), dialect)
        return 0
    function = globals()[command]
    return int(function(jobs, dialect, list(words)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
