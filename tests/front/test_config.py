"""Where a configuration comes from, who wins, and what is said about what cannot be meant."""

# mypy: disable-error-code="call-overload, misc"

import json
import os
import pickle
import subprocess
import sys
import threading
from dataclasses import fields, replace
from pathlib import Path
from typing import get_type_hints

import pytest

from clustrix import ClusterConfig, cluster, configure, current_config, using
from clustrix.config import merge
from clustrix.errors import ConfigError
from clustrix.words import ALIASES, WORDS, Layer, Words

SHOW = """
import json, sys
from clustrix import configure, current_config, using, errors
try:
    {code}
    config = current_config()
    print(json.dumps({{name: getattr(config, name) for name in {names}}}))
except errors.ConfigError as error:
    print(json.dumps({{"what": error.what, "where": error.where, "hint": error.hint}}))
"""


@pytest.fixture
def place(tmp_path):
    """A person's machine: a home with a configuration folder, and a project."""
    (tmp_path / "home/.config/clustrix").mkdir(parents=True)
    (tmp_path / "project/deep/folder").mkdir(parents=True)
    return Place(tmp_path)


class Place:
    def __init__(self, path: Path) -> None:
        self.user_file = path / "home/.config/clustrix/config.toml"
        self.project_file = path / "project/pyproject.toml"
        self.folder = path / "project/deep/folder"
        self.home = path / "home"

    def show(self, *names: str, code: str = "pass", **variables: str):
        """What a fresh process there has for these words (one: its value), or the error as a dict."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("CLUSTRIX", "XDG"))}
        environment |= {"HOME": str(self.home), **variables}
        command = [sys.executable, "-c", SHOW.format(code=code, names=list(names))]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=True)
        answer = json.loads(done.stdout)
        return answer[names[0]] if len(names) == 1 and names[0] in answer else answer


def test_without_any_setting_everything_has_its_default(place):
    shown = place.show("cluster_type", "cluster_host", "cores", "memory", "remote_work_dir", "environment")
    assert shown == {
        "cluster_type": "auto",
        "cluster_host": None,
        "cores": 1,
        "memory": None,
        "remote_work_dir": "~",
        "environment": "auto",
    }


def test_each_place_wins_over_the_one_before(place):
    def cores(**more):
        return place.show("cores", **more)

    assert cores() == 1
    place.user_file.write_text("cores = 2")
    assert cores() == 2
    place.project_file.write_text("[tool.clustrix]\ncores = 3")
    assert cores() == 3
    assert cores(CLUSTRIX_CORES="4") == 4
    assert cores(CLUSTRIX_CORES="4", code="configure(cores=5)") == 5
    script = "configure(cores=5); block = using(cores=6); block.__enter__()"
    assert cores(CLUSTRIX_CORES="4", code=script) == 6


def test_a_decorator_wins_over_using_and_options_over_the_decorator():
    @cluster(cores=7)
    def function(): ...

    with using(cores=6, memory="1GB"):
        assert function.config.cores == 7
        assert function.config.memory == "1GB"
        assert function.options(cores=8).config.cores == 8
        assert function.options(cores=8).options(memory="2GB").config.cores == 8


def test_the_nearest_project_file_that_says_something_counts(place):
    place.project_file.write_text("[tool.clustrix]\ncores = 3")
    (place.folder / "pyproject.toml").write_text("[project]\nname = 'x'")
    assert place.show("cores") == 3
    (place.folder / "pyproject.toml").write_text("[tool.clustrix]\ncores = 4")
    assert place.show("cores") == 4


def test_a_changed_file_is_read_again(place):
    place.user_file.write_text("cores = 2")
    code = f"current_config(); open({str(place.user_file)!r}, 'w').write('cores = 22')"
    assert place.show("cores", code=code) == 22


def test_variables_of_the_environment_are_read_as_what_they_are_for(place):
    shown = place.show(
        "cluster_port",
        "cleanup_on_success",
        "module_loads",
        "environment_variables",
        "pre_execution_commands",
        "slurm",
        "partition",
        "packages",
        CLUSTRIX_CLUSTER_PORT="2222",
        CLUSTRIX_CLEANUP_ON_SUCCESS="no",
        CLUSTRIX_MODULE_LOADS="gcc/12, python/3.11",
        CLUSTRIX_ENVIRONMENT_VARIABLES='{A = "1"}',
        CLUSTRIX_PRE_EXECUTION_COMMANDS="echo a, b",
        CLUSTRIX_SLURM='{constraint = "avx512", exclusive = true}',
        CLUSTRIX_QUEUE="short",
        CLUSTRIX_PACKAGES='["a>=1,<2", "b"]',
        CLUSTRIX_QOS="",
    )
    assert shown == {
        "cluster_port": 2222,
        "cleanup_on_success": False,
        "module_loads": ["gcc/12", "python/3.11"],
        "environment_variables": {"A": "1"},
        "pre_execution_commands": ["echo a, b"],
        "slurm": {"constraint": "avx512", "exclusive": True},
        "partition": "short",
        "packages": ["a>=1,<2", "b"],
    }


def test_an_unquoted_time_in_a_file_is_a_span_of_time(place):
    place.user_file.write_text("time = 02:00:00")
    assert place.show("time") == "02:00:00"


@pytest.mark.parametrize(
    ("user", "project", "code", "variables", "what", "where", "hint"),
    [
        ("memry = '1GB'", "", "pass", {}, "'memry'", "config.toml", "did you mean memory?"),
        ("memory = 16", "", "pass", {}, "memory=16", "config.toml", 'memory="16GB"'),
        (
            "",
            "[tool.clustrix]\nparttion = 'x'",
            "pass",
            {},
            "'parttion'",
            "pyproject.toml [tool.clustrix]",
            "partition",
        ),
        ("", "", "pass", {"CLUSTRIX_PARTITON": "x"}, "CLUSTRIX_PARTITON", "environment", "CLUSTRIX_PARTITION"),
        ("", "", "pass", {"CLUSTRIX_CORES": "0"}, "cores=0", "CLUSTRIX_CORES", "cores=1"),
        ("", "", "pass", {"CLUSTRIX_CORES": "many"}, "cores='many'", "CLUSTRIX_CORES", "cores=1"),
        ("", "", "configure(core=2)", {}, "'core'", "configure(..) at <string>:5", "did you mean cores?"),
        ("", "", "using(time=30).__enter__()", {}, "time=30", "using(..) at <string>:5", 'time="30min"'),
        ("[clusters.hpc]\ncores=0", "", "pass", {}, "cores=0", "config.toml [clusters.hpc]", "cores=1"),
        ("clusters = 3", "", "pass", {}, "'clusters'", "config.toml", "[clusters.NAME]"),
        ("cores = ", "", "pass", {}, "not TOML", "config.toml", "correct"),
        ("[clusters.hpc]", "", "configure(cluster='hcp')", {}, "cluster='hcp'", "configure(..)", 'did you mean "hpc"?'),
        ("", "", "configure(cluster='hpc')", {}, "cluster='hpc'", "configure(..)", "[clusters.hpc]"),
    ],
)
def test_a_wrong_word_is_told_with_its_place_and_the_right_one(
    place, user, project, code, variables, what, where, hint
):
    place.user_file.write_text(user)
    place.project_file.write_text(project)
    told = place.show("cores", code=code, **variables)
    assert what in told["what"]
    assert where in told["where"]
    assert hint in told["hint"]


CLUSTERS = """
cores = 2
[clusters.hpc]
cluster_host = "login.hpc.edu"
username = "alice"
cores = 8
slurm = {exclusive = true}
[clusters.alias]
partition = "long"
[clusters.desk]
cluster_type = "local"
"""


def test_a_cluster_is_chosen_by_name(place):
    place.user_file.write_text(CLUSTERS)
    assert place.show("cluster_host") is None
    for code in ("configure(cluster='hpc')", "configure(cluster_host='hpc')"):
        shown = place.show("cluster", "cluster_host", "username", "cores", code=code)
        assert shown == {"cluster": "hpc", "cluster_host": "login.hpc.edu", "username": "alice", "cores": 8}


def test_a_cluster_without_a_host_is_an_alias_of_ssh_config(place):
    place.user_file.write_text(CLUSTERS)
    assert place.show("cluster_host", code="configure(cluster='alias')") == "alias"
    assert place.show("cluster_host", code="configure(cluster='desk')") is None


def test_what_is_said_beside_the_choice_of_a_cluster_wins_over_its_table(place):
    place.user_file.write_text(CLUSTERS)
    assert place.show("cores", "slurm", code="configure(cluster='hpc', cores=4, slurm={'nice': 5})") == {
        "cores": 4,
        "slurm": {"exclusive": True, "nice": 5},
    }


def test_only_the_cluster_that_was_named_last_counts(place):
    place.user_file.write_text('cluster = "hpc"\n' + CLUSTERS)
    assert place.show("username") == "alice"
    assert place.show("username", "cluster_host", code="configure(cluster='alias')") == {
        "username": None,
        "cluster_host": "alias",
    }
    assert place.show("username", "cluster_host", code="configure(cluster_host='other.edu')") == {
        "username": None,
        "cluster_host": "other.edu",
    }


def test_merge_is_pure_and_joins_tables_but_replaces_lists():
    layers = [
        Layer.of("a", {"slurm": {"x": 1, "y": 1}, "environment_variables": {"A": "1"}, "module_loads": ["one"]}),
        Layer.of("b", {"slurm": {"y": 2}, "environment_variables": {"B": 2}, "module_loads": "two"}),
    ]
    config = merge(layers)
    assert config.slurm == {"x": 1, "y": 2}
    assert config.environment_variables == {"A": "1", "B": "2"}
    assert config.module_loads == ("two",)
    assert merge(layers) == config
    assert layers[0].words["slurm"] == {"x": 1, "y": 1}


def test_none_goes_back_to_the_default():
    assert (
        merge([Layer.of("a", {"memory": "1GB", "cores": 4}), Layer.of("b", {"memory": None, "cores": None})])
        == ClusterConfig()
    )


def test_no_environment_is_a_choice_and_not_the_default():
    assert merge([Layer.of("a", {"environment": None})]).environment is None
    assert merge([Layer.of("a", {"environment": "none"})]).environment is None


def test_using_ends_with_its_block_and_holds_for_its_thread_only():
    seen = []
    with using(cores=3) as config:
        assert config.cores == current_config().cores == 3
        with using(memory="1GB"):
            assert (current_config().cores, current_config().memory) == (3, "1GB")
        thread = threading.Thread(target=lambda: seen.append(current_config().cores))
        thread.start()
        thread.join()
    assert seen == [1]
    assert current_config().cores == 1


def test_configure_adds_to_what_was_said_before():
    try:
        configure(cores=2, slurm={"x": 1})
        configure(memory="1GB", slurm={"y": 2})
        config = current_config()
        assert (config.cores, config.memory, config.slurm) == (2, "1GB", {"x": 1, "y": 2})
    finally:
        configure(cores=None, memory=None, slurm=None)
    assert current_config() == ClusterConfig()


def test_a_word_and_its_alias_together_are_refused():
    with pytest.raises(ConfigError, match="the same"):
        configure(partition="a", queue="b")


def test_an_array_is_asked_for_by_map():
    with pytest.raises(ConfigError, match=r"f\.map"):
        cluster(array="0-9")


def test_variables_may_be_named_to_take_their_values_from_here(monkeypatch):
    monkeypatch.setenv("TOKEN", "secret")
    config = ClusterConfig(environment_variables=["TOKEN"])
    assert config.environment_variables == {"TOKEN": "secret"}
    assert "secret" not in repr(config)
    monkeypatch.delenv("TOKEN")
    with pytest.raises(ConfigError, match="TOKEN"):
        ClusterConfig(environment_variables={"TOKEN": None})


@pytest.mark.parametrize(
    "words",
    [
        {"cores": 0},
        {"cores": None},
        {"memory": 16},
        {"time": 30},
        {"cluster_type": "slrum"},
        {"cluster_type": "ssh"},
        {"cluster_host": "-oProxyCommand=evil"},
        {"cluster_host": "a b"},
        {"cluster_port": 0},
        {"cluster_port": 70000},
        {"partition": "a\n#SBATCH --wrap"},
        {"name": ""},
        {"module_loads": 3},
        {"module_loads": [3]},
        {"module_loads": ["a\nb"]},
        {"environment_variables": {"A B": "x"}},
        {"environment_variables": {"A": ["x"]}},
        {"environment_variables": {"A": "x\0"}},
        {"pre_execution_commands": 3},
        {"slurm": {"a b": 1}},
        {"slurm": {"a": None}},
        {"slurm": {"a": "x\ny"}},
        {"slurm": "--exclusive"},
        {"ssh_options": ["-o Foo"]},
        {"cleanup_on_success": "yes"},
        {"key_file": 3},
        {"unknown": 1},
        {"queue": "x"},
    ],
)
def test_a_config_made_by_hand_is_held_to_the_same(words):
    with pytest.raises(ConfigError) as told:
        ClusterConfig(**words)
    assert next(iter(words)) in str(told.value)
    assert told.value.hint


def test_a_config_is_a_value():
    config = ClusterConfig(
        cluster_type="slurm", cluster_host="hpc", memory="16GB", module_loads=["gcc"], key_file=Path("~/k")
    )
    assert config == replace(config)
    assert hash(config) == hash(replace(config))
    assert replace(config, cores=4).cores == 4
    assert pickle.loads(pickle.dumps(config)) == config
    assert config.module_loads == ("gcc",)
    assert config.key_file == os.path.expanduser("~/k")
    with pytest.raises(AttributeError):
        config.cores = 3


def test_options_of_ssh_may_be_a_table():
    assert ClusterConfig(ssh_options={"ConnectTimeout": 10}).ssh_options == ("ConnectTimeout=10",)


def test_options_of_slurm_may_be_written_with_their_dashes():
    assert ClusterConfig(slurm={"--exclusive": True}).slurm == {"exclusive": True}


def test_the_words_are_the_same_in_the_class_the_checks_and_the_types():
    names = {field.name for field in fields(ClusterConfig)}
    assert names == set(WORDS)
    assert names | set(ALIASES) == set(get_type_hints(Words))
    assert len(names) <= 40
