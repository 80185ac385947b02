"""Channels and links to real agents, and programs that only pretend to be one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from clustrix.config import ClusterConfig
from clustrix.connection import Channel, Link, open_channel


@pytest.fixture
def config(tmp_path: Path) -> ClusterConfig:
    return ClusterConfig(cluster_type="local", remote_work_dir=str(tmp_path))


@pytest.fixture
def channel(config: ClusterConfig) -> Iterator[Channel]:
    opened = open_channel(config)
    yield opened
    opened.close()


@pytest.fixture
def link(config: ClusterConfig) -> Iterator[Link]:
    made = Link(partial(open_channel, config))
    yield made
    made.close()


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    """Return a function that makes an executable of a text and gives its path."""

    def make(text: str) -> str:
        path = tmp_path / "program"
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    return make


@pytest.fixture
def pretender(program: Callable[[str], str]) -> Callable[[str], str]:
    """Return a function that makes a program which says hello as an agent does, then runs the Python text."""
    greeting = (
        "import sys, json, struct\n"
        "from clustrix_remote import loader, greeting, layout\n"
        "out = sys.stdout.buffer\n"
        "def frame(header, body=b'', lie=None):\n"
        "    text = json.dumps(header).encode()\n"
        "    out.write(struct.pack('>II', len(text), len(body) if lie is None else lie) + text + body)\n"
        "    out.flush()\n"
        "out.write(loader.MARKER.encode() + b' 3.9\\n')\n"
        "stdin = sys.stdin.buffer\n"
        "stdin.read(int(stdin.readline()))\n"
        "hello = greeting.hello(layout.Layout('~'))\n"
    )
    source = Path(__file__).parents[2] / "src"

    def make(text: str) -> str:
        return program(f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(source)!r})\n{greeting}{text}\n")

    return make
