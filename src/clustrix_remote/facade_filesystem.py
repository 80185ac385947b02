"""``clustrix.filesystem`` as a job sees it, for modules of the user that import from there."""

from clustrix_remote.cluster_functions import *  # noqa: F403  # its __all__ is all that there is
from clustrix_remote.files import DiskUsage, FileInfo
from clustrix_remote.job_files import ClusterFilesystem

__all__ = ["ClusterFilesystem", "DiskUsage", "FileInfo"]
