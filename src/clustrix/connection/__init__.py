"""How the cluster is reached: an agent over the pipes of a process here, or of the user's own ssh.

``channel_for(config)`` gives the one connection of this process to that cluster, opened when it is first needed;
``link_for(config)`` the same with what outlives a lost connection.
"""

from __future__ import annotations

import atexit
import os
import threading
from functools import partial
from typing import TYPE_CHECKING

from clustrix.connection.channel import Channel, Reply
from clustrix.connection.hello import Hello
from clustrix.connection.link import Link
from clustrix.connection.process import Transport
from clustrix_remote.loader import LOADER

if TYPE_CHECKING:
    from collections.abc import Hashable

    from clustrix.config import ClusterConfig

__all__ = ["Channel", "Hello", "Link", "Reply", "Transport", "channel_for", "close_all", "link_for", "open_channel"]

_links: dict[Hashable, Link] = {}
_lock = threading.Lock()


def open_channel(config: ClusterConfig) -> Channel:
    """Start an agent. Raises a ConnectError: RemotePythonError for what is no Python that can run it, and ssh's."""
    return Channel(transport_for(config), {"remote_work_dir": config.remote_work_dir})


def transport_for(config: ClusterConfig) -> Transport:
    """How the agent of this cluster is started."""
    from clustrix.connection import local

    if config.runs_here:
        local.check_system()
        return Transport(
            argv=tuple(local.local_argv(config, LOADER)),
            where="this machine",
            python=local.local_python(config),
            explain_failure=partial(local.explain_failure, config),
            environment=local.local_environment(),
            start_seconds=local.START_SECONDS,
        )
    from clustrix.connection import ssh

    return Transport(
        argv=tuple(ssh.ssh_argv(config, ssh.remote_command(config, LOADER))),
        where=config.cluster_host or "",
        python=config.python_executable or "python3",
        explain_failure=partial(ssh.explain_failure, config),
        keeps_terminal=True,
    )


def link_for(config: ClusterConfig) -> Link:
    """The link of this process to that cluster, of a pool to its first host; nothing is opened yet."""
    config = config.on_each_host()[0]
    identity = _identity(config)
    with _lock:
        if identity not in _links:
            _links[identity] = Link(partial(open_channel, config))
        return _links[identity]


def channel_for(config: ClusterConfig) -> Channel:
    """The open connection of this process to that cluster. Raises what ``open_channel`` does."""
    return link_for(config).channel()


def close_all() -> None:
    """End all agents; done when the program ends."""
    with _lock:
        ours = [link for identity, link in _links.items() if identity[0] == os.getpid()]  # type: ignore[index]
        _links.clear()
    for link in ours:
        link.close()


def _identity(config: ClusterConfig) -> Hashable:
    """What makes two configurations mean the same agent. A forked process has agents of its own."""
    here = (os.getpid(), config.runs_here, config.python_executable, config.remote_work_dir)
    if config.runs_here:
        return here
    ssh = (config.cluster_host, config.cluster_port, config.username, config.key_file, config.ssh_config)
    return (*here, *ssh, tuple(config.ssh_options), tuple(config.module_loads))


atexit.register(close_all)
