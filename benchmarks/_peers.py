"""Other packages make calls that do nothing: runs on the login node, ``python peers.py NAME WORKERS``.

It takes numbers of calls, one a line, and says the seconds until the last of them had its value. Of those with workers that stay
all are there before the first word is said.
"""

import atexit
import os
import sys
import tempfile
import time

COME_SECONDS = 60
#: For executorlib, whose own script asks for a partition without a name.
_QUEUES = """\
queue_type: SLURM
queue_primary: main
queues:
  main: {cores_max: 8, cores_min: 1, run_time_max: 3600, script: slurm.sh}
"""
_SCRIPT = """\
#!/bin/sh
#SBATCH --output=/dev/null
#SBATCH --chdir={{working_directory}}
#SBATCH --ntasks={{cores}}
{{command}}
"""


def nothing(x):
    return x


def submitit(_):
    """A task of one array for each call."""
    import submitit

    executor = submitit.SlurmExecutor(folder="peers/submitit")
    executor.update_parameters(time=10, array_parallelism=1000, cpus_per_task=1)
    return lambda count: [job.result() for job in executor.map_array(nothing, range(count))]


def executorlib(_):
    """A job for each call."""
    from executorlib import SlurmClusterExecutor

    os.makedirs("peers/queues", exist_ok=True)
    for name, text in (("queue.yaml", _QUEUES), ("slurm.sh", _SCRIPT)):
        with open("peers/queues/" + name, "w") as stream:
            stream.write(text)

    def make(count):
        # It remembers calls by what they are: in another folder it makes them again.
        words = {"cache_directory": tempfile.mkdtemp(dir="peers"), "resource_dict": {"cores": 1}}
        with SlurmClusterExecutor(pysqa_config_directory=os.path.abspath("peers/queues"), **words) as executor:
            return [future.result() for future in [executor.submit(nothing, x) for x in range(count)]]

    return make


def dask_jobqueue(workers):
    """Workers that stay, each a job."""
    from dask.distributed import Client
    from dask_jobqueue import SLURMCluster

    cluster = SLURMCluster(cores=1, processes=1, memory="500MB", walltime="00:20:00", log_directory="peers")
    atexit.register(cluster.close)
    cluster.scale(workers)
    client = Client(cluster)
    client.wait_for_workers(workers, timeout=COME_SECONDS)
    return lambda count: client.gather(client.map(nothing, range(count), pure=False))


def parsl(workers):
    """Workers that stay, each a job."""
    import parsl

    _loaded_parsl(workers)
    app = parsl.python_app(nothing)
    return lambda count: [future.result() for future in [app(x) for x in range(count)]]


def engine(workers):
    """What moves Parsl's calls, past Parsl's bookkeeping: the most that it can do."""
    executor = _loaded_parsl(workers)
    return lambda count: [future.result() for future in [executor.submit(nothing, {}, x) for x in range(count)]]


def _loaded_parsl(workers):
    """The executor of Parsl that a pool is made of, with the workers that a pool has."""
    import parsl
    from parsl.executors import HighThroughputExecutor
    from parsl.launchers import SimpleLauncher
    from parsl.providers import SlurmProvider

    provider = SlurmProvider(
        init_blocks=workers,
        min_blocks=workers,
        max_blocks=workers,
        cores_per_node=1,
        exclusive=False,
        launcher=SimpleLauncher(),
        walltime="00:20:00",
        worker_init=f"export PATH={os.path.dirname(sys.executable)}:$PATH",
    )
    executor = HighThroughputExecutor(label="peer", encrypted=True, max_workers_per_node=1, provider=provider)
    parsl.load(parsl.Config(executors=[executor], run_dir=tempfile.mkdtemp(dir="peers"), strategy="none"))
    atexit.register(parsl.dfk().cleanup)
    end = time.monotonic() + COME_SECONDS
    while len(executor.connected_managers()) < workers:
        if time.monotonic() > end:
            sys.exit("not all workers have come")
        time.sleep(0.05)
    return executor


def main():
    # What they print is not for whoever reads the seconds.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    os.makedirs("peers", exist_ok=True)
    make = globals()[sys.argv[1]](int(sys.argv[2]))
    for line in sys.stdin:
        count = int(line)
        began = time.perf_counter()
        values = make(count)
        answers.write(f"{time.perf_counter() - began}\ndone\n")
        answers.flush()
        if list(values) != list(range(count)):
            sys.exit("wrong values")


if __name__ == "__main__":
    main()
