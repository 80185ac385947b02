"""What a type checker knows of decorated functions; read by checkers, never run."""

from datetime import timedelta
from typing import Any, TypeVar, assert_type

from clustrix import (
    ClusterConfig,
    ClusterExecutor,
    JobFuture,
    attach,
    cluster,
    cluster_find,
    cluster_stat,
    configure,
    current_config,
    using,
)
from clustrix.explain import Explanation
from clustrix.filesystem import FileInfo
from clustrix.map_results import MapResults

T = TypeVar("T")
MYPY = False  # mypy takes it for true


@cluster
def bare(x: int, *, scale: float = 1.0) -> float:
    return x * scale


@cluster(cores=4, memory="16GB", time=timedelta(hours=2), queue="long")
def with_words(name: str) -> list[str]:
    return [name]


@cluster(cores=2)
def generic(items: list[T]) -> T:
    return items[0]


@cluster
async def later(x: int) -> str:
    return str(x)


class Model:
    @cluster
    def method(self, x: int) -> bytes:
        return bytes(x)

    @cluster(cores=2)
    def method_with_words(self, x: int = 1) -> complex:
        return complex(x)

    @cluster
    async def later(self, x: int) -> str:
        return str(x)

    @cluster
    @staticmethod
    def above_static(x: int) -> int:
        return x

    @staticmethod
    @cluster
    def beneath_static(x: int) -> int:
        return x

    @classmethod
    @cluster(cores=1)
    def beneath_class(cls, x: int) -> float:
        return float(x)

    @cluster
    @classmethod
    def above_class(cls, x: int) -> float:
        return float(x)


def functions() -> None:
    assert_type(bare(1), float)
    assert_type(bare(1, scale=2.0), float)
    assert_type(bare.local(1), float)
    assert_type(bare.submit(1, scale=2.0), JobFuture[float])
    assert_type(bare.submit(1).result(), float)
    assert_type(bare.submit(1).result(timeout=1.5), float)
    assert_type(bare.map([1, 2]), MapResults[float])
    assert_type(list(bare.map([1, 2], chunksize="auto", max_parallel=8)), list[float])
    assert_type(bare.starmap([(1,), (2,)], key="run1"), MapResults[float])
    assert_type(bare.options(cores=8)(1), float)
    assert_type(bare.options(memory="1GB").submit(1), JobFuture[float])
    assert_type(bare.explain(1), Explanation)
    assert_type(bare.config, ClusterConfig)
    assert_type(with_words("a"), list[str])
    assert_type(with_words.submit(name="a").result(), list[str])
    assert_type(with_words.map(["a"]).futures[0].result(), list[str])


def generics() -> None:
    assert_type(generic(["a"]), str)


def methods() -> None:
    model = Model()
    assert_type(model.method(1), bytes)
    assert_type(model.method.submit(1), JobFuture[bytes])
    assert_type(model.method.options(cores=2)(1), bytes)
    assert_type(model.method.local(1), bytes)
    assert_type(model.method.map([1]), MapResults[bytes])
    assert_type(Model.method(model, 1), bytes)
    assert_type(model.method_with_words(), complex)
    assert_type(Model.above_static(1), int)
    assert_type(Model.above_static.submit(1), JobFuture[int])
    assert_type(Model.beneath_static(1), int)
    assert_type(Model.beneath_static.submit(1), JobFuture[int])


if not MYPY:  # to mypy a decorated class method takes the class as its first argument

    def class_methods(model: Model) -> None:
        assert_type(model.above_static(1), int)
        assert_type(Model.beneath_class(1), float)
        assert_type(model.beneath_class(1), float)
        assert_type(Model.above_class(1), float)
        assert_type(model.above_class(1), float)
        assert_type(Model.above_class.submit(1), JobFuture[float])
        assert_type(Model.above_class.map([1]), MapResults[float])


async def asynchronous() -> None:
    assert_type(await later.submit(1), str)
    assert_type(later(1), str)


async def awaiting() -> None:
    assert_type(await bare.submit(1), float)


def the_rest(config: ClusterConfig) -> None:
    with ClusterExecutor(config) as executor:
        assert_type(executor.submit(len, "abc"), JobFuture[int])
    with using(cores=2) as merged:
        assert_type(merged, ClusterConfig)
    configure(cluster_host="login.hpc.edu", environment_variables={"OMP_NUM_THREADS": "4"})
    assert_type(current_config(), ClusterConfig)
    assert_type(attach("fit-0123456789"), JobFuture[Any])
    assert_type(cluster_find("*.csv"), list[str])
    assert_type(cluster_stat("a"), FileInfo)
    assert_type(cluster_stat(["a", "b"]), list[FileInfo])
