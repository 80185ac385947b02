"""Which files ``cluster_*`` functions mean in a job: the node's own, beneath the folder the job was submitted for."""

import json
import os

from clustrix_remote.filesystem import Filesystem
from clustrix_remote.places import Here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

#: Where a job finds its own folder.
JOB_FOLDER = "CLUSTRIX_JOB_FOLDER"


class ClusterFilesystem(Filesystem):
    """The files of this node; relative paths mean what they mean outside: the configuration's folder for them.

    A configuration of another cluster raises ValueError when a file is asked for: it cannot be reached from here.
    """

    def __init__(self, config: "Any" = None) -> None:
        super(ClusterFilesystem, self).__init__(Here(_Folder(config)))
        self.config = config

    def __reduce__(self) -> "Any":
        return ClusterFilesystem, (self.config,)


class _Folder:
    """The folder that relative paths mean, found when it is first needed."""

    def __init__(self, config: "Any") -> None:
        self._config = config
        self._found = ""

    def __call__(self) -> str:
        if not self._found:
            self._found = _folder(self._config)
        return self._found


def _folder(config: "Any") -> str:
    job = describe_job()
    host = getattr(config, "cluster_host", None)
    if config is None or not (host or getattr(config, "local_work_dir", None)):
        return _jobs_own(job)
    if not host or getattr(config, "cluster_type", None) == "local":
        return getattr(config, "local_work_dir", None) or _jobs_own(job)
    ours = job.get("cluster", {}).get("cluster_host")
    if ours and ours != host:
        raise ValueError("this job runs on {}: the files of {} cannot be reached from it".format(ours, host))
    return getattr(config, "remote_work_dir", None) or _jobs_own(job)


def _jobs_own(job: "Dict[str, Any]") -> str:
    folder = job.get("files") or os.environ.get(JOB_FOLDER)
    if folder is None:
        return os.getcwd()
    # <remote_work_dir>/.clustrix/jobs/<key>
    return str(job["files"]) if job.get("files") else os.path.dirname(os.path.dirname(os.path.dirname(folder)))


def describe_job() -> "Dict[str, Any]":
    """What job.json of the job that runs here says; nothing outside of one."""
    folder = os.environ.get(JOB_FOLDER)
    if not folder:
        return {}
    try:
        with open(os.path.join(folder, "job.json"), encoding="utf-8") as stream:
            told = json.load(stream)
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
