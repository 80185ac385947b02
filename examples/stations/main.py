"""From development to production: the same lines on a small folder here, and on a large one on a cluster.

python main.py small                          # a fresh process on this machine, the files of ./small
python main.py /scratch/project login.hpc.edu # a job on the cluster, its files
"""

import os
import sys

from clustrix import ClusterConfig, cluster, cluster_du, cluster_find, using


@cluster
def mean_of(path):
    """The mean of one station's measurements; in a job, beside the data."""
    with open(path) as stream:
        values = [float(line) for line in stream if line.strip()]
    return sum(values) / len(values)


def summarize():
    """The mean of each station: what is there is asked first, then each file is read where it lies."""
    paths = cluster_find("*.txt", "stations")
    means = mean_of.map(paths)
    return {os.path.basename(path): round(mean, 3) for path, mean in zip(paths, means)}, cluster_du("stations")


def main(folder, host=None):
    """Summarize a folder, here or on a host."""
    if host is None:
        config = ClusterConfig(cluster_type="local", local_work_dir=folder)
    else:
        config = ClusterConfig(cluster_host=host, remote_work_dir=folder)
    words = {
        name: getattr(config, name) for name in ("cluster_type", "cluster_host", "local_work_dir", "remote_work_dir")
    }
    with using(**words):
        means, usage = summarize()
    for station, mean in means.items():
        print("{:<12}{:>8}".format(station, mean))
    print("{} files, {} bytes".format(usage.file_count, usage.total_bytes))


if __name__ == "__main__":
    main(*sys.argv[1:])
