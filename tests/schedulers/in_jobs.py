"""Functions that the contract runs in jobs; nothing here needs more than the standard library."""

import os
import signal
import socket
import time


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
    """Return when the file is there; a test that fails shall leave nothing behind for long."""
    for _ in range(3000):
        if os.path.exists(path):
            return "it was there"
        time.sleep(0.02)
    return "it never came"


def ignore_and_wait(seconds):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(seconds)
