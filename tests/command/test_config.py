"""config show, set and path; and what a file looks like when one word of it was changed."""

import tomllib

import pytest

from clustrix.config_writing import with_word
from clustrix.errors import ConfigError

FILE = """\
# mine
cores = 2  # few
module_loads = [
    "gcc/12",  # old
    "python/3.11",
]

[clusters.hpc]
cluster_host = "login.hpc.edu"

[clusters."two words"]
cores = 8
"""


def test_show_tells_each_word_and_who_says_it(clustrix):
    clustrix("config", "set", "memory=16GB", "module_loads=gcc/12,python/3.11")

    said = clustrix("config", "show", "-s", "cores=4", "--json").json

    assert said["memory"]["value"] == "16GB"
    assert said["memory"]["from"].endswith("config.toml")
    assert said["module_loads"]["value"] == ["gcc/12", "python/3.11"]
    assert said["cores"] == {"value": 4, "from": "--set"}
    assert said["cluster_type"]["from"] == "the environment"
    assert said["qos"] == {"value": None, "from": None}


def test_show_fits_into_80_columns(clustrix):
    clustrix("config", "set", "memory=16GB")

    lines = clustrix("config", "show").out.splitlines()

    assert max(map(len, lines)) <= 80
    assert ["memory", "16GB"] in [line.split()[:2] for line in lines]


def test_values_of_variables_are_not_shown(clustrix):
    assert "s3cret" not in clustrix("config", "show", "-s", 'environment_variables={TOKEN = "s3cret"}').out


def test_path_is_where_set_writes(clustrix):
    clustrix("config", "set", "cores=3", "--cluster", "hpc")

    path = clustrix("config", "path").out.strip()
    assert path == str(clustrix.folder / "config/clustrix/config.toml")

    with open(path, "rb") as stream:
        assert tomllib.load(stream) == {"clusters": {"hpc": {"cores": 3}}}


@pytest.mark.parametrize(
    ("words", "hint"), [("core=1", "did you mean cores?"), ("cores=0", "cores=0"), ("cores", "no value")]
)
def test_a_senseless_word_is_refused_before_anything_is_written(clustrix, words, hint):
    said = clustrix("config", "set", words)

    assert said.status == 2
    assert hint in said.err
    assert not (clustrix.folder / "config").exists()


@pytest.mark.parametrize(
    ("name", "value", "cluster", "old", "new"),
    [
        ("cores", 4, None, "cores = 2  # few\n", "cores = 4\n"),
        ("memory", "1GB", None, "]\n\n[clusters.hpc]", ']\nmemory = "1GB"\n\n[clusters.hpc]'),
        ("memory", "1GB", "hpc", '.edu"\n', '.edu"\nmemory = "1GB"\n'),
        ("cores", 9, "two words", "cores = 8", "cores = 9"),
        ("cores", None, "two words", "cores = 8\n", ""),
        ("memory", "1GB", "new one", "cores = 8\n", 'cores = 8\n\n[clusters."new one"]\nmemory = "1GB"\n'),
    ],
)
def test_all_else_in_a_file_stays_as_it_was_written(name, value, cluster, old, new):
    assert with_word(FILE, name, value, cluster) == FILE.replace(old, new)


def test_a_list_of_several_lines_is_replaced_whole():
    changed = with_word(FILE, "module_loads", ["gcc/13"])

    assert tomllib.loads(changed)["module_loads"] == ["gcc/13"]
    assert changed.startswith('# mine\ncores = 2  # few\nmodule_loads = ["gcc/13"]\n\n[clusters.hpc]')


def test_a_file_that_is_not_toml_is_left_alone():
    with pytest.raises(ConfigError, match="not TOML"):
        with_word("cores = \n", "memory", "1GB")
