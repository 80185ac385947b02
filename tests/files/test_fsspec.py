"""``clustrix://`` passes fsspec's own tests, here and over ssh."""

import os

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.tests.abstract import (
    AbstractCopyTests,
    AbstractFixtures,
    AbstractGetTests,
    AbstractOpenTests,
    AbstractPipeTests,
    AbstractPutTests,
)

from clustrix.fsspec_filesystem import ClustrixFileSystem


class _Fixtures(AbstractFixtures):  # type: ignore[misc]  # fsspec has no types
    @pytest.fixture
    def fs(self):
        return ClustrixFileSystem(cluster_type="local", skip_instance_cache=True)

    @pytest.fixture
    def fs_path(self, tmp_path):
        folder = tmp_path / "remote"
        folder.mkdir()
        return str(folder)

    @pytest.fixture
    def local_fs(self):
        return LocalFileSystem(auto_mkdir=True)


class TestCopy(AbstractCopyTests, _Fixtures):  # type: ignore[misc]  # fsspec has no types
    pass


class TestGet(AbstractGetTests, _Fixtures):  # type: ignore[misc]  # fsspec has no types
    pass


class TestPut(AbstractPutTests, _Fixtures):  # type: ignore[misc]  # fsspec has no types
    pass


class TestOpen(AbstractOpenTests, _Fixtures):  # type: ignore[misc]  # fsspec has no types
    pass


class TestPipe(AbstractPipeTests, _Fixtures):  # type: ignore[misc]  # fsspec has no types
    pass


def test_the_protocol_is_known_by_its_name():
    fs, path = fsspec.core.url_to_fs("clustrix://hpc/scratch/a?b#c.csv")
    assert isinstance(fs, ClustrixFileSystem)
    assert (fs.host, path) == ("hpc", "/scratch/a?b#c.csv")


def test_ranges_are_read_through_a_cache(tmp_path):
    data = os.urandom(3_000_000)
    (tmp_path / "a.bin").write_bytes(data)
    fs = ClustrixFileSystem(cluster_type="local")
    with fs.open(f"{tmp_path}/a.bin", block_size=100_000) as stream:
        assert stream.seek(1_000_000) == 1_000_000
        assert stream.read(10) == data[1_000_000:1_000_010]
        assert stream.seek(-5, 2) == len(data) - 5
        assert stream.read() == data[-5:]
        assert stream.cache.total_requested_bytes < 500_000
    assert fs.cat_ranges([f"{tmp_path}/a.bin"] * 2, [0, -3], [4, None]) == [data[:4], data[-3:]]


@pytest.mark.testbed
def test_pandas_reads_and_writes_on_a_cluster(over_ssh, ssh_config_words):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    words = {"ssh_config": ssh_config_words["ssh_config"]}
    frame.to_csv(f"clustrix://hpc{over_ssh.folder}/a.csv", index=False, storage_options=words)
    read = pandas.read_csv(f"clustrix://hpc{over_ssh.folder}/a.csv", storage_options=words)
    assert read.equals(frame)


@pytest.mark.testbed
def test_dask_reads_a_file_on_a_cluster_in_blocks(over_ssh, ssh_config_words):
    dask_bytes = pytest.importorskip("dask.bytes")
    lines = b"".join(b"%06d\n" % number for number in range(30_000))
    (over_ssh.root / "lines.txt").write_bytes(lines)
    over_ssh.settle()

    words = {"ssh_config": ssh_config_words["ssh_config"]}
    url = f"clustrix://hpc{over_ssh.folder}/*.txt"
    _, [blocks] = dask_bytes.read_bytes(url, blocksize=50_000, delimiter=b"\n", sample=False, **words)

    assert len(blocks) > 3
    assert b"".join(block.compute(scheduler="threads") for block in blocks) == lines


@pytest.mark.testbed
def test_xarray_reads_ranges_of_a_file_on_a_cluster(over_ssh, ssh_config_words):
    numpy, xarray = pytest.importorskip("numpy"), pytest.importorskip("xarray")
    values = numpy.random.default_rng(1).random((200, 100, 50))
    data = xarray.Dataset({"t": (("time", "y", "x"), values)})
    data.to_netcdf(over_ssh.root / "t.nc", engine="h5netcdf", encoding={"t": {"chunksizes": (1, 100, 50)}})
    over_ssh.settle()

    words = {"ssh_config": ssh_config_words["ssh_config"]}
    with fsspec.open(f"clustrix://hpc{over_ssh.folder}/t.nc", block_size=2**16, **words) as stream:
        with xarray.open_dataset(stream, engine="h5netcdf") as read:
            assert (read["t"][150].values == values[150]).all()
        assert stream.cache.total_requested_bytes < values.nbytes / 2
