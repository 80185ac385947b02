"""Functions that the contract runs in jobs; nothing here needs more than the standard library."""

import os
import signal
import socket
import time
from pathlib import Path


def double(x):
    print(f"doubling {x}", flush=True)
    return 2 * x, socket.gethostname()


def divide(a, b):
    return a / b


def environment(*names):
    return {name: os.environ.get(name) for name in names}


def die_by(number):
    os.kill(os.getpid(), number)
    time.sleep(60)


def leave_with(status):
    os._exit(status)


def hold(mebibytes, seconds):
    block = bytearray(mebibytes << 20)
    time.sleep(seconds)
    return len(block)


def wait_for(path):
    """Say where it runs, and return when the file is there."""
    Path(path + ".pid").write_text(str(os.getpid()))
    while not os.path.exists(path):
        time.sleep(0.02)
    return "it was there"


def ignore_and_wait(seconds):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(seconds)
