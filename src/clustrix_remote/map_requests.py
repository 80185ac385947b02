"""The agent's operation about maps that have a key: what earlier runs of one have left here."""

import os
import re

from clustrix_remote import jobfolders, layout, records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Set  # noqa: F401  # in comments

    from clustrix_remote.agent import Agent, Body
    from clustrix_remote.layout import JobFolder, Layout


def earlier(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """-> ``jobs`` of the map ``key``, the oldest first.

    Of each ``description``, ``submitted``, the calls that are ``done`` and the tasks that have ``ended``.
    """
    return {"jobs": [_entry(folder) for folder in _folders(agent.where, layout.check_key(header["key"]))]}


def _folders(where: "Layout", key: str) -> "Iterator[JobFolder]":
    own = re.compile(re.escape(key) + r"(?:-([0-9]{1,6}))?\Z")
    try:
        found = [match for match in map(own.match, os.listdir(where.jobs)) if match]
    except OSError:
        return
    for match in sorted(found, key=lambda match: int(match.group(1) or 1)):
        folder = where.job(match.group())
        if (jobfolders.read_json(folder.description) or {}).get("map"):
            yield folder


def _entry(folder: "JobFolder") -> "Dict[str, Any]":
    description = jobfolders.read_json(folder.description) or {}
    first, count, chunk = description["map"]
    done = set()  # type: Set[int]
    ended = []  # type: List[int]
    for task, what in jobfolders.outcome_files(folder):
        start = first + task * chunk
        if what == layout.OUTCOME:
            done.add(start)
        elif what == layout.EXIT:
            ended.append(task)
        if what == layout.STARTED and min(chunk, first + count - start) > 1:
            done.update(_recorded(folder.records(task)))
    submitted = jobfolders.read_json(jobfolders.submitted_path(folder))
    return {"description": description, "submitted": submitted, "done": sorted(done), "ended": ended}


def _recorded(path: str) -> "List[int]":
    try:
        with open(path, "rb") as stream:
            return [record.call for record in records.whole_records(stream) if record.length is not None]
    except OSError:
        return []


OPERATIONS = (earlier,)
