"""Several hosts without a scheduler as one pool of machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import clustrix
from clustrix import host_pool
from clustrix.cli.status import status
from clustrix.config import ClusterConfig
from clustrix.connection import close_all
from clustrix.errors import ConfigError, ConnectError
from clustrix.host_pool import Room, freest, read_room, shares
from clustrix.job_places import find_place
from clustrix.resources import Resources
from clustrix.words import Layer
from tests.schedulers import in_jobs
from tests.waiting import wait_until

double = clustrix.cluster(in_jobs.double)
wait_for = clustrix.cluster(in_jobs.wait_for)
HOSTS = {"hpc": "login.hpc.test", "gateway": "gateway.hpc.test"}
GIB = 2**30


# ---------------------------------------------------------------------------------------------------------- deciding


@pytest.mark.parametrize(
    ("rooms", "wanted", "host"),
    [
        ([Room("a", 8, 16, 10), Room("b", 8, 16, 9)], Resources(), "b"),
        # Others use it, though nothing of ours runs there.
        ([Room("a", 8, 16, 0, load=7.5), Room("b", 8, 16, 9)], Resources(), "b"),
        # A small machine with all free has less room than a large one that is half full.
        ([Room("a", 4, 16, 0), Room("b", 64, 128, 64)], Resources(), "b"),
        # What does not have the memory comes last, and what never can have the cores.
        ([Room("a", 8, 16, 0, memory_bytes=GIB), Room("b", 8, 16, 9)], Resources(memory_bytes=2 * GIB), "b"),
        ([Room("a", 4, 16, 0), Room("b", 8, 16, 15)], Resources(cores=8), "b"),
        # Nobody has it: it waits where the fewest wait.
        ([Room("a", 4, 16, 40), Room("b", 4, 16, 30)], Resources(cores=8), "b"),
    ],
)
def test_a_call_goes_where_the_most_room_is(rooms, wanted, host):
    assert freest(rooms, wanted).host == host
    assert freest(rooms[::-1], wanted).host == host


def test_calls_that_have_just_begun_do_not_make_a_busy_host_look_freer():
    told = {
        "cores": 8,
        "slots": 16,
        "load": 10.0,
        "memory_bytes": None,
        "memory_free_bytes": None,
        "memory_held_bytes": None,
    }
    begun = read_room("a", {**told, "taken": 1, "queued": [7], "load_of_jobs": 0.1})
    another = read_room("b", {**told, "taken": 0, "queued": [], "load_of_jobs": 0})

    assert freest([begun, another], Resources()).host == "b"


@pytest.mark.parametrize(
    ("rooms", "wanted", "calls", "given"),
    [
        ([Room("a", 8, 16, 0), Room("b", 8, 16, 0)], Resources(), 5, {3, 2}),
        ([Room("a", 8, 16, 16), Room("b", 8, 16, 0)], Resources(), 16, {0, 16}),
        # When all is full the rest is spread by size.
        ([Room("a", 8, 16, 20), Room("b", 24, 48, 50)], Resources(), 100, {25, 75}),
        ([Room("a", 4, 16, 0), Room("b", 8, 16, 0)], Resources(cores=8), 10, {0, 10}),
        ([Room("a", 8, 16, 0, memory_bytes=3 * GIB), Room("b", 8, 16, 8)], Resources(memory_bytes=GIB), 11, {3, 8}),
    ],
)
def test_the_calls_of_a_map_fill_what_is_free_and_then_go_by_size(rooms, wanted, calls, given):
    assert set(shares(rooms, wanted, calls).values()) == given


def test_no_call_of_a_map_is_left_over():
    rooms = [Room(name, 3, 7, taken) for taken, name in enumerate("abcde")]

    for calls in range(60):
        assert sum(shares(rooms, Resources(cores=2), calls).values()) == calls


@pytest.mark.parametrize("said", [["a", "b"], ("a", "b"), "a,b", "a, b", ["a", "b", "a"]])
def test_several_hosts_are_said_as_a_list_or_a_text(said):
    assert ClusterConfig(cluster_host=said).hosts == ("a", "b")
    assert [config.cluster_host for config in ClusterConfig(cluster_host=said).on_each_host()] == ["a", "b"]


@pytest.mark.parametrize("said", [[], ["a", "-oProxyCommand=evil"], "a,,b", 7])
def test_what_is_no_list_of_hosts_is_refused(said):
    with pytest.raises(ConfigError):
        ClusterConfig(cluster_host=said)


# ------------------------------------------------------------------------------------------------------ on real hosts


@pytest.fixture
def both(site, reached: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Calls go to the login node or to the gateway, which share their folders."""
    monkeypatch.setattr(host_pool, "LEFT_OUT_SECONDS", 0.0)
    words = {**reached, "cluster_type": "ssh", "cluster_host": list(HOSTS)}
    with clustrix.using(ssh_options=["ConnectTimeout=2"], **words):
        yield
    close_all()


@pytest.fixture
def folder(site, tmp_path) -> Iterator[str]:
    folder = f"/home/alice/{tmp_path.name}"
    site.exec("login", ["mkdir", "-p", folder], user="alice")
    yield folder
    site.path("login", f"{folder}/go").touch()  # whatever waits for it holds a whole machine


class TestRealHosts:
    pytestmark = [pytest.mark.testbed, pytest.mark.xdist_group("schedulers")]

    def test_a_call_goes_to_the_host_that_is_free(self, both, site, folder):
        with clustrix.using(cores=1024):  # a whole machine
            first = wait_for.submit(f"{folder}/go")
            wait_until(first.running, 30)
            there = first.status().node
            _, elsewhere = double.submit(1).result(60)
            site.path("login", f"{folder}/go").touch()

        assert {there, elsewhere} == set(HOSTS.values())
        assert first.result(30) == "it was there"

    def test_calls_made_at_once_are_spread(self, both, site, folder):
        futures = [wait_for.submit(f"{folder}/go") for _ in range(4)]
        for future in futures:
            wait_until(future.running, 30)
        hosts = {future.status().node for future in futures}
        site.path("login", f"{folder}/go").touch()

        assert hosts == set(HOSTS.values())
        assert [future.result(30) for future in futures] == ["it was there"] * 4

    def test_a_map_is_spread_and_its_values_are_in_order(self, both):
        found = list(double.map(range(8), timeout=60))

        assert [value for value, _ in found] == list(range(0, 16, 2))
        assert {host for _, host in found} == set(HOSTS.values())

    def test_a_map_with_a_key_stays_on_its_host_and_goes_on_there(self, both, folder):
        first = list(double.map(range(4), key=folder.rpartition("/")[2], timeout=60))
        close_all()
        again = list(double.map(range(6), key=folder.rpartition("/")[2], timeout=60))

        assert len({host for _, host in first + again}) == 1
        assert [value for value, _ in again] == [0, 2, 4, 6, 8, 10]

    @pytest.mark.parametrize("remembered", [True, False])
    def test_a_job_is_returned_to_and_cancelled_on_its_host(self, both, site, folder, remembered, monkeypatch):
        with clustrix.using(cores=1024):
            futures = [wait_for.submit(f"{folder}/go") for _ in HOSTS]
        for future in futures:
            wait_until(future.running, 30)
        close_all()
        if not remembered:  # as on another machine
            monkeypatch.setattr("clustrix.attaching.job_named", lambda key: None)
        first, second = (clustrix.attach(future.key) for future in futures)
        wait_until(lambda: first.running() and second.running(), 30)

        assert {first.status().node, second.status().node} == set(HOSTS.values())
        assert second.cancel()
        site.path("login", f"{folder}/go").touch()
        assert first.result(30) == "it was there"

    def test_a_job_is_found_and_shown_once_on_the_host_where_it_runs(self, both, site, folder, monkeypatch, capsys):
        with clustrix.using(cores=1024):
            futures = [wait_for.submit(f"{folder}/go") for _ in HOSTS]
        for future in futures:
            wait_until(future.running, 30)
        homes = {host: name for name, host in HOSTS.items()}
        monkeypatch.setattr("clustrix.job_places.job_named", lambda key: None)  # as on another machine
        monkeypatch.setattr("clustrix.job_places.submitted_jobs", list)

        status(None, None, everything=True, as_json=True)
        shown = [
            (job["key"], each["cluster"])
            for each in json.loads(capsys.readouterr().out)["clusters"]
            for job in each["jobs"]
        ]
        for future in futures:
            home = homes[future.status().node]
            assert find_place(future.key, Layer("")).config.cluster_host == home
            assert [cluster for key, cluster in shown if key == future.key] == [home]

    def test_a_host_that_is_down_is_left_out_with_a_word_and_taken_again(self, both, site, caplog):
        site.kill_node("gateway")
        assert [double(number)[1] for number in range(2)] == [HOSTS["hpc"]] * 2
        told = [record.message for record in caplog.records if "is left out" in record.message]
        site.start_node("gateway")

        assert [message.partition(" ")[0] for message in told] == ["gateway"]
        assert {host for _, host in double.map(range(6), timeout=60)} == set(HOSTS.values())

    def test_no_host_at_all_is_an_error_that_names_them(self, both):
        with clustrix.using(cluster_host=["hpc-noroute", "hpc-refused"]), pytest.raises(ConnectError) as raised:
            double(1)

        assert "hpc-noroute, hpc-refused" in raised.value.__notes__[0]

    def test_a_host_with_a_scheduler_is_no_host_of_a_pool(self, both):
        with (
            clustrix.using(cluster_type="auto"),
            pytest.raises(ConfigError, match=r"has a scheduler \(slurm\)") as raised,
        ):
            double(1)

        assert 'cluster_type="ssh"' in raised.value.hint

    def test_files_are_those_of_the_first(self, both):
        assert clustrix.cluster_exists(".clustrix/jobs")
