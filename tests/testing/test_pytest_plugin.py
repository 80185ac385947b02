"""What pytest gives to people who test programs of their own that use clustrix."""

import subprocess
import sys
import threading
from importlib.metadata import entry_points

import pytest

import clustrix
from clustrix import cluster
from clustrix.capture.modules.found_modules import _parsed_module
from clustrix.testing import inline_calls

pytest_plugins = ["pytester"]


@cluster(cluster_host="login.hpc.invalid")
def square(x):
    return x * x


# One program serves all tests: what they need is in it. None of its hosts exists.
STUDY = """
    import asyncio, os
    from clustrix import cluster, cluster_ls, ClusterConfig, ClusterExecutor, ClusterFilesystem

    class OutOfRange(Exception):
        def __init__(self, limit):
            super().__init__(f"beyond {limit}")
            self.limit = limit

    @cluster(cluster_host="login.hpc.invalid", cores=8, memory="16GB")
    def fit(seed, steps=10):
        print("fitting", seed)
        if seed < 0:
            raise OutOfRange(0)
        return smooth(seed) * steps

    @cluster(cluster_host="login.hpc.invalid")
    def smooth(x):
        return x + 1

    @cluster
    async def later(x):
        await asyncio.sleep(0)
        return x

    @cluster
    def extend(items):
        items.append(1)
        return items

    @cluster
    def endless():
        return (n for n in range(3))

    @cluster(cluster_host="login.hpc.invalid", cluster_type="slurm", python_executable="/sw/python", module_loads=["gcc"])
    def process():
        return os.getpid()

    class Model:
        factor = 3

        @cluster
        def scaled(self, x):
            self.used = True
            return self.factor * x
"""

INLINE = """
    import pytest, study, threading
    from clustrix import ClusterConfig, ClusterExecutor, ClusterFilesystem, cluster_ls
    from clustrix.errors import CaptureError, JobError, ResultError

    pytestmark = pytest.mark.usefixtures("clustrix_inline")

    def test_a_call_gives_its_value():
        assert study.fit(3, steps=2) == 8

    def test_what_a_call_raises_is_raised():
        with pytest.raises(study.OutOfRange) as caught:
            study.fit(-1)
        assert caught.value.limit == 0

    def test_what_a_call_prints_is_printed(capsys):
        study.fit(3)
        assert capsys.readouterr().out == "fitting 3\\n"

    def test_a_future_is_done_and_knows_its_log():
        future = study.fit.submit(3)
        assert future.done() and future.result() == 40
        assert future.logs() == "fitting 3\\n"
        assert future.status().state.value == "done"
        assert future.key.startswith("fit-")
        assert not future.cancel()
        with pytest.raises(JobError, match="no working folder"):
            future.files()

    def test_a_future_raises_what_the_call_raised():
        future = study.fit.submit(-1)
        assert isinstance(future.exception(), study.OutOfRange)
        assert future.status().state.value == "failed"

    def test_a_map_gives_values_in_order_and_raises_at_the_place():
        results = study.fit.map([1, -1, 2])
        assert next(results) == 20
        with pytest.raises(study.OutOfRange):
            next(results)
        assert list(results) == [30]
        assert [failure.args for failure in results.failures] == [(-1,)]
        assert list(study.fit.map([])) == []
        assert list(study.fit.starmap([(1, 2), (2, 3)], chunksize="auto")) == [4, 9]

    def test_the_calls_made_are_known(clustrix_inline):
        study.fit.options(cores=2)(3, steps=1)
        (call,) = clustrix_inline
        assert (call.name, call.args, call.kwargs) == ("fit", (3,), {"steps": 1})
        assert (call.config.cores, call.config.memory, call.config.cluster_host) == (2, "16GB", None)

    def test_coroutines_and_methods():
        assert study.later(1) == study.later.submit(1).result() == 1
        model = study.Model()
        assert model.scaled(2) == 6
        assert not hasattr(model, "used"), "a call works on a copy"

    def test_arguments_are_copies():
        items = []
        assert study.extend(items) == [1]
        assert items == []

    def test_wrong_arguments_are_refused():
        with pytest.raises(TypeError):
            study.fit()

    def test_what_could_not_be_sent_is_refused():
        with pytest.raises(CaptureError, match="lock"):
            study.extend(threading.Lock())
        with pytest.raises(CaptureError, match="lock"):
            study.extend.submit(threading.Lock())

    def test_a_value_that_could_not_come_back_is_refused():
        with pytest.raises(ResultError, match="generator"):
            study.endless()
        with pytest.raises(ResultError, match="generator"):
            study.endless.submit().result()

    def test_an_executor_and_files_of_a_cluster_are_here_too(tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "a.csv").touch()
        far = ClusterConfig(cluster_host="login.hpc.invalid")
        with ClusterExecutor(far) as executor:
            assert executor.submit(pow, 2, 10).result() == 1024
            assert list(executor.map(pow, [1, 2], [3, 4])) == [1, 16]
        with pytest.raises(RuntimeError, match="shutdown"):
            executor.submit(pow, 2, 10)
        assert cluster_ls(".", far) == ClusterFilesystem(far).ls(".") == ["a.csv"]
"""

LATER = """
    import study
    from clustrix import ClusterExecutor

    def test_without_the_fixture_calls_are_sent():
        assert type(ClusterExecutor()) is ClusterExecutor
        assert study.fit.config.cluster_host == "login.hpc.invalid"
"""

LOCAL = """
    import os, pytest, study

    def test_calls_run_in_processes_of_their_own(clustrix_local):
        assert study.process() != os.getpid()
        assert study.fit(3) == 40
        assert list(study.fit.map([1, 2])) == [20, 30]

    def test_what_a_call_raises_is_raised(clustrix_local):
        with pytest.raises(study.OutOfRange) as caught:
            study.fit(-1)
        assert caught.value.limit == 0
"""


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(pytester.path))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(study=STUDY)
    return pytester


def run(pytester):
    # As in a project that knows nothing of ours and has this one plugin.
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", plugin().value)
    return done.parseoutcomes() if done.ret == 0 else done.outlines + done.errlines


def plugin():
    (found,) = entry_points(group="pytest11", name="clustrix")
    return found


def test_inline_calls_are_refused_where_sent_ones_would_be_and_end_with_the_fixture(project):
    project.makepyfile(test_inline=INLINE, test_later=LATER)
    assert run(project) == {"passed": INLINE.count("def test_") + LATER.count("def test_")}


def test_local_calls_run_in_processes_of_their_own(project):
    project.makepyfile(test_local=LOCAL)
    assert run(project) == {"passed": LOCAL.count("def test_")}


def test_a_run_that_uses_no_fixture_imports_next_to_nothing_of_clustrix(project):
    project.makepyfile("""
        import sys

        def test_nothing():
            ours = {name for name in sys.modules if name.startswith("clustrix")}
            assert ours == {"clustrix", "clustrix_remote", "clustrix_remote.namesakes", "clustrix.pytest_plugin"}
    """)
    assert run(project) == {"passed": 1}


def test_an_inline_call_is_made_in_the_thread_that_asks_and_reads_no_source_twice():
    # That it takes milliseconds is measured by benchmarks/local_call.py.
    with inline_calls() as calls:
        assert clustrix.cluster(threading.get_ident)() == threading.get_ident()
        square(1)
        before = _parsed_module.cache_info().misses
        assert square(3) == 9
    assert len(calls) == 3
    assert _parsed_module.cache_info().misses == before


def test_a_module_that_imports_what_only_makes_jobs_is_imported_in_one():
    # As study.py does; in a job each public name can be imported, and what is not for there says so when it is used.
    code = """
import clustrix_remote.facade as job
from clustrix import __all__ as names
for name in names:
    getattr(job, name)
try:
    job.ClusterExecutor()
except RuntimeError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "clustrix.ClusterExecutor is not there in a job: what a job calls runs in it\n"
