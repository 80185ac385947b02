"""What the program tells logging holds in the job: levels, formats, handlers of its own."""
import logging
import sys

from clustrix import cluster


class Upper(logging.Formatter):
    def format(self, record):
        return "UPPER " + super().format(record).upper()


class Counting(logging.Handler):
    def __init__(self):
        super().__init__(logging.ERROR)
        self.seen = []

    def emit(self, record):
        self.seen.append(self.format(record))


logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stdout)
log = logging.getLogger("lab")
counting = Counting()
log.addHandler(counting)
apart = logging.getLogger("apart")
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(Upper("%(message)s"))
apart.addHandler(handler)
apart.propagate = False


@cluster
def work(n):
    log.warning("careful %d", n)
    logging.getLogger("lab.deep").info("quiet")
    log.debug("never")
    apart.error("loud")
    log.error("counted")
    return [log.isEnabledFor(level) for level in (logging.DEBUG, logging.INFO)], counting.seen, logging.getLogger().level


if __name__ == "__main__":
    print(work(3))
