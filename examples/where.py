"""Where does a call run? ``clustrix run examples/where.py:where 2000000``."""

import platform
import time

from clustrix import cluster


@cluster(cores=2, memory="500MB", time="00:05:00")
def where(steps):
    """Count primes below ``steps`` and tell which machine did it."""
    print("counting on", platform.node())
    began = time.time()
    sieve = bytearray([1]) * steps
    for number in range(2, int(steps**0.5) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(len(range(number * number, steps, number)))
    return {
        "node": platform.node(),
        "python": platform.python_version(),
        "primes": sum(sieve[2:]),
        "seconds": round(time.time() - began, 2),
    }


if __name__ == "__main__":
    print(where(2000000))
