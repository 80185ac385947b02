"""File functions over ssh, on the test cluster, against ssh, scp and tar over a connection that is open already.

Needs root (see testbed/README.md). At no latency and at 50 ms, where the long file is shorter. scp is as people have it, and
once more with AES-GCM, which clustrix asks for where the processor computes it: what is left is then ours.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from _timing import HEADER, Comparison, in_turns

sys.path.insert(0, str(Path(__file__).parent.parent))
from testbed import Testbed, reserved

from clustrix.config import ClusterConfig
from clustrix.connection import close_all
from clustrix.filesystem import ClusterFilesystem

QUESTIONS, TRANSFERS, FAR_TRANSFERS = 15, 5, 3
LONG_BYTES, FAR_BYTES = 200_000_000, 50_000_000
AES_GCM = ("-o", "Ciphers=aes128-gcm@openssh.com")
MANY = """
import os
for folder in range(100):
    os.makedirs("many/%d" % folder)
    for number in range(1000):
        open("many/%d/%d.%s" % (folder, number, "csv" if number % 4 == 0 else "dat"), "w").close()
"""


class OpenMaster:
    """What people do by hand: ssh with ControlMaster."""

    def __init__(self, testbed: Testbed, folder: str, *options: str) -> None:
        self._options = ["-F", str(testbed.ssh_config), "-o", f"ControlPath={folder}/{len(options)}", *options]
        self.command = ["ssh", *self._options]
        first = [*self.command, "-o", "ControlMaster=yes", "-o", "ControlPersist=600", "hpc", "true"]
        subprocess.run(first, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ssh(self, *words: str) -> Callable[[], object]:
        command = [*self.command, "hpc", shlex.join(words)]
        return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def scp(self, source: str, target: str) -> Callable[[], object]:
        return lambda: subprocess.run(["scp", "-q", *self._options, source, target], check=True)

    def close(self) -> None:
        subprocess.run([*self.command, "-O", "exit", "hpc"], check=True, stderr=subprocess.DEVNULL)


def compared(
    name: str, ours: Callable[[], object], against: Callable[[], object], runs: int, times: float
) -> Comparison:
    taken, theirs = in_turns(ours, against, runs)
    row = Comparison(name, taken, theirs, times * sorted(theirs)[len(theirs) // 2], over=False)
    print(row, flush=True)
    return row


def questions(files: ClusterFilesystem, by_hand: OpenMaster, latency: str) -> list[Comparison]:
    top = "/scratch/bench/many"
    paths = [f"many/1/{number}.{'csv' if number % 4 == 0 else 'dat'}" for number in range(100)]
    find = by_hand.ssh("find", top, "-name", "*.csv")
    return [
        compared(f"stat, {latency}", lambda: files.stat("many"), by_hand.ssh("stat", top), QUESTIONS, 0.6),
        compared(f"100 stats, {latency}", lambda: files.stat(paths), by_hand.ssh("stat", top), QUESTIONS, 1),
        compared(f"find 25,000 of 100,000, {latency}", lambda: files.find("*.csv", "many"), find, QUESTIONS, 1.1),
        compared(f"du, {latency}", lambda: files.du("many"), by_hand.ssh("du", "-sb", top), QUESTIONS, 1.3),
    ]


def long_file(files: ClusterFilesystem, by_hand: OpenMaster, folder: str, size: int, what: str) -> list[Comparison]:
    path = f"{folder}/long"
    Path(path).write_bytes(os.urandom(size))
    put = by_hand.scp(path, "hpc:/scratch/bench/theirs")
    get = by_hand.scp("hpc:/scratch/bench/long", f"{folder}/theirs")
    runs, limit = (TRANSFERS if size == LONG_BYTES else FAR_TRANSFERS), (1.3 if "GCM" in what else 1)
    return [
        compared(f"put {what}", lambda: files.put(path, "long"), put, runs, limit),
        compared(f"get {what}", lambda: files.get("long", f"{folder}/ours"), get, runs, limit),
    ]


def small_files(
    files: ClusterFilesystem, by_hand: OpenMaster, folder: str, numbers: Iterator[int], latency: str, runs: int
) -> list[Comparison]:
    top = f"{folder}/small"
    for number in range(20):
        os.makedirs(f"{top}/{number}", exist_ok=True)
        for each in range(500):
            Path(f"{top}/{number}/{each}").write_bytes(b"x" * 1000)
    ssh = shlex.join([*by_hand.command, "hpc"])

    def tar_there() -> object:
        there = f"/scratch/bench/t{next(numbers)}"
        script = f"tar -C {top} -cf - . | {ssh} 'mkdir {there} && tar -C {there} -xf -'"
        return subprocess.run(script, shell=True, check=True)

    def tar_back() -> object:
        here = f"{folder}/t{next(numbers)}"
        os.mkdir(here)
        script = f"{ssh} 'tar -C /scratch/bench/s0 -cf - .' | tar -C {here} -xf -"
        return subprocess.run(script, shell=True, check=True)

    files.put(top, "s0")
    put, get = f"put 10,000 files, {latency}", f"get 10,000 files, {latency}"
    return [
        compared(put, lambda: files.put(top, f"o{next(numbers)}"), tar_there, runs, 1),
        compared(get, lambda: files.get("s0", f"{folder}/o{next(numbers)}"), tar_back, runs, 1),
    ]


def main() -> int:
    rows: list[Comparison] = []
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = tempfile.mkdtemp(prefix="clustrix-bench-", dir=memory)
    with reserved() as testbed:
        testbed.exec("login", ["mkdir", "-p", "/scratch/bench"], user="alice")
        testbed.exec("login", ["sh", "-c", f"cd /scratch/bench && python3 -c '{MANY}'"], user="alice")
        config = ClusterConfig(cluster_host="hpc", ssh_config=str(testbed.ssh_config), remote_work_dir="/scratch/bench")
        files, by_hand = ClusterFilesystem(config), OpenMaster(testbed, folder)
        print(HEADER)
        rows += questions(files, by_hand, "0 ms")
        testbed.latency(0.05)
        rows += questions(files, by_hand, "50 ms")
        testbed.latency(0)
        testbed.exec("login", ["rm", "-rf", "/scratch/bench/many"])
        rows += long_file(files, by_hand, folder, LONG_BYTES, "200 MB, 0 ms")
        same_cipher = OpenMaster(testbed, folder, *AES_GCM)
        rows += long_file(files, same_cipher, folder, LONG_BYTES, "200 MB, 0 ms, scp with AES-GCM")
        same_cipher.close()
        numbers = iter(range(10**6))
        rows += small_files(files, by_hand, folder, numbers, "0 ms", TRANSFERS)
        testbed.latency(0.05)
        rows += long_file(files, by_hand, folder, FAR_BYTES, "50 MB, 50 ms")
        rows += small_files(files, by_hand, folder, numbers, "50 ms", FAR_TRANSFERS)
        testbed.latency(0)
        by_hand.close()
        close_all()
        testbed.exec("login", ["rm", "-rf", "/scratch/bench"])
    shutil.rmtree(folder)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
