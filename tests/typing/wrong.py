"""Mistakes that a type checker tells: each line with «wrong» must be one. Read by checkers, never run."""

from clustrix import cluster, configure
from clustrix.decorator import ClusterFunction


@cluster
def bare(x: int, *, scale: float = 1.0) -> float:
    return x * scale


@cluster(cores=2, memory="1GB")
def with_words(x: int) -> list[str]:
    return [str(x)]


class Model:
    @cluster
    def method(self, x: int) -> bytes:
        return bytes(x)


bare("text")  # wrong
bare(1, skale=2.0)  # wrong
bare.submit("text")  # wrong
bare.local()  # wrong
bare.map([1], chunks=3)  # wrong
bare.options(core=2)  # wrong
bare.remote(1)  # wrong
with_words.submit()  # wrong
with_words(1).upper()  # wrong
Model().method("text")  # wrong
Model().method.submit(1, 2)  # wrong
cluster(core=2)  # wrong
cluster(cores="2")  # wrong
cluster(memory=16)  # wrong
configure(cluster_type="slrum")  # wrong
taken: ClusterFunction[[str], float] = bare  # wrong
