"""Processes that the function forks end as they do at home, and none of them ends the call."""
import os
import sys

from clustrix import cluster


class Stop(BaseException):
    pass


def ended(pid):
    return os.WEXITSTATUS(os.waitpid(pid, 0)[1])


@cluster
def fork(number):
    found = []
    for code in (0, 3):
        pid = os.fork()
        if pid == 0:
            os._exit(code)
        found.append(ended(pid))
    pid = os.fork()
    if pid == 0:
        sys.exit(4)
    found.append(ended(pid))
    pid = os.fork()
    if pid == 0:
        sys.stderr = open(os.devnull, "w")
        raise Stop("there")
    found.append(ended(pid))
    return number, found


if __name__ == "__main__":
    print(fork(1), list(fork.map([2, 3])))
