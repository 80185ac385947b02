"""The ``[clusters.NAME]`` tables of configuration files: what a cluster that is called by its name stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clustrix.errors import ConfigError
from clustrix.word_checks import nearest_name
from clustrix.words import JOINED, Layer


def join_words(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """The words of both, ``upper`` winning."""
    joined = {**lower, **upper}
    for name in JOINED & lower.keys() & upper.keys():
        if lower[name] is not None and upper[name] is not None:
            joined[name] = {**lower[name], **upper[name]}
    return joined


def with_chosen_cluster(layers: Sequence[Layer]) -> list[Layer]:
    """The layers, with the table of the cluster that was named last unfolded at the place that named it."""
    tables: dict[str, Mapping[str, Any]] = {}
    for layer in layers:
        for name, table in layer.clusters.items():
            tables[name] = join_words(tables.get(name, {}), table)
    chosen = list(layers)
    for index in reversed(range(len(chosen))):
        words = chosen[index].words
        named = words.get("cluster") or words.get("cluster_host")
        if named is None:
            continue
        if named in tables:
            chosen[index] = Layer(chosen[index].source, _unfolded(named, tables[named], words))
        elif words.get("cluster"):
            raise _unknown_cluster(named, tables, chosen[index].source)
        break
    return chosen


def _unfolded(name: str, table: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    # A name given as cluster_host stands for the host that the table names.
    own = {word: value for word, value in words.items() if (word, value) != ("cluster_host", name)}
    host = {} if table.get("cluster_type") == "local" else {"cluster_host": name}
    return join_words({"cluster": name, **host, **table}, own)


def _unknown_cluster(name: str, tables: Mapping[str, Any], source: str) -> ConfigError:
    nearest = nearest_name(name, list(tables))
    known = ", ".join(f'"{table}"' for table in sorted(tables))
    if nearest:
        hint = f'did you mean "{nearest}"?'
    elif known:
        hint = f"one of {known}"
    else:
        hint = f"a [clusters.{name}] table in a configuration file, or cluster_host={name!r}"
    return ConfigError(f"cluster={name!r} is described nowhere", where=source, hint=hint)
