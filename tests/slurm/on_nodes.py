"""Functions that the tests run on compute nodes; nothing here needs more than the standard library."""

import os
import signal
import socket
import sys
import time
from pathlib import Path


def whereabouts(x):
    print(f"on {socket.gethostname()}")
    return x * 2, socket.gethostname(), list(sys.version_info[:2])


def double(x):
    return 2 * x


def divide(a, b):
    return a / b


def eat_memory(mebibytes):
    return len(bytearray(mebibytes << 20))


def eat_memory_alone(mebibytes):
    """Have the kernel kill the job's shell first, so that nobody in the job can tell how it ended."""
    Path(f"/proc/{os.getppid()}/oom_score_adj").write_text("1000")
    return len(bytearray(mebibytes << 20))


def die_by(number):
    os.kill(os.getpid(), number)
    time.sleep(60)


def leave_with(status):
    os._exit(status)


def sleep(seconds, mark=None):
    if mark:
        Path(mark).write_text(str(time.time()))
    time.sleep(seconds)
    return seconds


def be_stubborn(seconds):
    signal.signal(signal.SIGTERM, lambda *_: print("not yet", flush=True))
    print("ready", flush=True)
    end = time.time() + seconds
    while time.time() < end:
        time.sleep(0.1)
    return "finished all the same"


def environment(*names):
    return {name: os.environ.get(name) for name in names}


def write_plot():
    Path("plot.png").write_bytes(b"a picture")
    return os.getcwd()


def the_time():
    return time.time()


def count_runs(path):
    with open(path, "a") as stream:
        stream.write("ran\n")
    return Path(path).read_text().count("ran")


def echo(data):
    return data


def wait_for_file(path):
    """Run until that file is there; says how often this was run."""
    with open(path + ".runs", "a") as stream:
        stream.write("ran\n")
    while not os.path.exists(path):
        time.sleep(0.02)
    return Path(path + ".runs").read_text().count("ran")


def zeros(mebibytes):
    return bytes(mebibytes << 20)
