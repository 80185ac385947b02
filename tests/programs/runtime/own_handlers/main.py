"""A handler that a module holds is in the job the one that the loggers there have."""
import logging

from clustrix import cluster
from sim import logs

logs.set_up(logging.INFO)


@cluster
def run(n):
    logging.getLogger("app").info("started %d", n)
    logging.getLogger("app").debug("not told")
    return logs.COLLECTED.messages, logs.COLLECTED in logging.getLogger().handlers


if __name__ == "__main__":
    messages, is_same = run(3)
    print(messages[-1:], is_same)
