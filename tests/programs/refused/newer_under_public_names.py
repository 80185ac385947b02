# needs Python 3.11
# refused: run 1|`asyncio\.run` at newer_under_public_names\.py line \d+ needs Python 3\.7; the cluster has 3\.6
# refused: group 2|`asyncio\.TaskGroup` at newer_under_public_names\.py line \d+ needs Python 3\.11; the cluster has 3\.
# refused: pool 1|`concurrent\.futures\.ThreadPoolExecutor\(initializer=\.\.\)` at newer_under_public_names\.py line \d+ needs Python 3\.7; the cluster has 3\.6
# refused: found 1|`bisect\.bisect_left\(key=\.\.\)` at newer_under_public_names\.py line \d+ needs Python 3\.10; the cluster has 3\.
# refused: drawn 2|`random\.sample\(counts=\.\.\)` at newer_under_public_names\.py line \d+ needs Python 3\.9; the cluster has 3\.6
# refused: identity True|`threading\.get_native_id` at newer_under_public_names\.py line \d+ needs Python 3\.8; the cluster has 3\.6
"""What says of itself that it stands in ``asyncio.runners`` or ``_bisect`` is known by the name that people import it by."""
import asyncio
from asyncio import TaskGroup, run as run_it
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from random import sample
from threading import get_native_id

from clustrix import cluster


async def one():
    return 1


@cluster
def run():
    return run_it(one())


@cluster
def group():
    async def both():
        async with TaskGroup() as tasks:
            made = [tasks.create_task(one()) for _ in range(2)]
        return sum(task.result() for task in made)

    return asyncio.new_event_loop().run_until_complete(both())


@cluster
def pool():
    with ThreadPoolExecutor(1, initializer=int) as workers:
        return workers.submit(len, "a").result()


@cluster
def found():
    return bisect_left(["a", "bb"], 2, key=len)


@cluster
def drawn():
    return len(sample("ab", counts=[1, 2], k=2))


@cluster
def identity():
    return get_native_id() > 0


if __name__ == "__main__":
    for call in (run, group, pool, found, drawn, identity):
        try:
            print(call.__name__, call())
        except Exception as error:
            print(call.__name__, error)
