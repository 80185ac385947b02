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
    print("waiting", flush=True)
    for _ in range(3000):
        if os.path.exists(path):
            return "it was there"
        time.sleep(0.02)
    return "it never came"


def hold_in_two(mebibytes, seconds):
    """Two processes hold it together, each of them half."""
    child = os.fork()
    block = bytearray((mebibytes << 20) // 2)
    time.sleep(seconds)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return len(block)


def leave_plot(mebibytes):
    block = bytearray(mebibytes << 20)
    with open("plot.png", "wb") as stream:
        stream.write(b"a picture")
    return len(block) >> 20, os.getcwd()


def count_runs(path):
    with open(path, "a") as stream:
        stream.write("ran\n")
    with open(path) as stream:
        return stream.read().count("ran")


def ignore_and_wait(seconds):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(seconds)


def end_slowly(path):
    """When told to end, do so when the file is there."""

    def end(*_):
        wait_for(path)
        os._exit(3)

    signal.signal(signal.SIGTERM, end)
    print("ready", flush=True)
    time.sleep(60)
