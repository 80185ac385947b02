"""Functions that run in jobs of these tests."""

import os
import sys
import time


def double(x):
    return 2 * x


def in_fresh_process(x):
    import multiprocessing

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.map(double, [x])


def greet(name):
    print("hello", name)
    return name


def wait_for_file(path):
    while not os.path.exists(path):
        time.sleep(0.01)
    return path


def print_and_wait(path):
    print("before", flush=True)
    wait_for_file(path)
    print("after", end="")


def leave_files():
    os.mkdir("out")
    with open("out/plot.png", "w") as stream:
        stream.write("a plot")


def where_am_i():
    return os.getpid(), sys.version_info[:2], os.getcwd(), os.listdir(".")


def die(how, path):
    with open(path + ".part", "w") as stream:
        stream.write(repr(time.time()))
    os.rename(path + ".part", path)
    if how == "kill":
        os.kill(os.getpid(), 9)
    if how == "group":
        os.killpg(0, 9)
    if how == "exit":
        os._exit(7)
    if how == "segfault":
        import ctypes

        ctypes.string_at(0)
    if how == "sys.exit":
        sys.exit(3)
    if how == "interrupt":
        raise KeyboardInterrupt
    raise ValueError(how)
