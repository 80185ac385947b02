"""What ``import clustrix`` gives, and what it does not drag in."""

import subprocess
import sys

import pytest

import clustrix

HEAVY = {
    "asyncio",
    "clustrix.capture",
    "clustrix.connection",
    "clustrix.executor",
    "concurrent.futures",
    "difflib",
    "email",
    "importlib.metadata",
    "json",
    "logging",
    "multiprocessing",
    "pathlib",
    "platformdirs",
    "rich",
    "socket",
    "subprocess",
    "tempfile",
    "tomllib",
    "typer",
    "urllib",
    "zipfile",
}


def test_the_public_names_are_these():
    assert clustrix.__all__ == [
        "ClusterConfig",
        "ClusterExecutor",
        "ClusterFilesystem",
        "ClusterFunction",
        "DiskUsage",
        "FileInfo",
        "JobFuture",
        "__version__",
        "attach",
        "cluster",
        "cluster_count_files",
        "cluster_du",
        "cluster_exists",
        "cluster_find",
        "cluster_get",
        "cluster_glob",
        "cluster_isdir",
        "cluster_isfile",
        "cluster_ls",
        "cluster_mkdir",
        "cluster_open",
        "cluster_put",
        "cluster_read_bytes",
        "cluster_read_text",
        "cluster_remove",
        "cluster_rename",
        "cluster_stat",
        "cluster_write_bytes",
        "cluster_write_text",
        "configure",
        "current_config",
        "errors",
        "pool",
        "using",
    ]


@pytest.mark.parametrize("name", clustrix.__all__)
def test_each_public_name_is_there(name):
    assert getattr(clustrix, name) is not None
    assert name in dir(clustrix)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="clusterr"):
        clustrix.clusterr  # noqa: B018


def imported_by(code: str) -> set[str]:
    script = f"import sys; before = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_clustrix_imports_three_modules():
    assert imported_by("import clustrix") == {"clustrix", "clustrix_remote", "clustrix_remote.namesakes"}


def test_decorating_imports_nothing_heavy():
    code = "from clustrix import cluster\n@cluster(cores=4, memory='16GB')\ndef f(x): return x"
    assert not HEAVY & imported_by(code)


def test_a_bare_decorator_does_not_even_import_the_configuration():
    assert "clustrix.config" not in imported_by("from clustrix import cluster\n@cluster\ndef f(x): return x")
