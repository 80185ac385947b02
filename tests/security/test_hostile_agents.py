"""An agent that is broken, or somebody else's: it costs a named error, and neither memory nor time without end."""

import resource
import threading

import pytest

from clustrix.config import ClusterConfig
from clustrix.connection import open_channel
from clustrix.errors import ClustrixError, ConnectError
from tests.waiting import wait_until

SAYS = "frame(hello)\nnumber = 0\nwhile True:\n    number += 1\n    "


@pytest.fixture
def ask(pretender, tmp_path):
    """Ask an agent that does as the text says; gives the error."""

    def ask(text):
        config = ClusterConfig(cluster_type="local", remote_work_dir=str(tmp_path), python_executable=pretender(text))
        channel = open_channel(config)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            with pytest.raises((ClustrixError, OSError)) as raised:
                channel.request("job", {"key": "job-1"}, timeout_seconds=60, max_bytes=2**20)
        finally:
            channel.close()
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 100 * 1024
        assert not isinstance(raised.value, TimeoutError)
        return raised.value

    return ask


@pytest.mark.parametrize(
    "answer",
    [
        "frame({'id': 1, 'ok': {str(number): 'x' * 2**20}, 'more': True})",
        "frame({'id': 1, 'ok': {}, 'more': True}, b'x' * 2**19)",
        "frame({'id': 99, 'ok': {}})",
        "frame({'id': [], 'ok': {}})",
        "frame({'id': 1, 'ok': {}}, b'', lie=2**32 - 1)",
        "out.write(b'garbage' * 1000); out.flush()",
        "out.write(struct.pack('>II', 200000, 0) + b'[' * 200000); out.flush()",
        "frame(['a list'])",
        "sys.exit(3)",
    ],
)
def test_what_is_no_answer_is_an_error(ask, answer):
    assert isinstance(ask(SAYS + answer), ConnectError)


@pytest.mark.parametrize(
    "error",
    [
        "None",
        "'text'",
        "{}",
        "{'type': 'SystemExit'}",
        "{'type': '__import__', 'message': 'os'}",
        "{'type': 'OSError'}",
    ],
)
def test_whatever_an_agent_calls_an_error_is_one(ask, error):
    ask("frame(hello)\nwire = stdin.read\nframe({'id': 1, 'error': " + error + "})\nsys.stdin.read()")


def test_events_that_nobody_asked_for_are_dropped(pretender, tmp_path):
    text = "frame(hello)\nfor n in range(1000):\n    frame({'event': 'outcome', 'key': str(n), 'size': -1}, b'x')\n"
    # It answers when it was asked, and not before: that would be another fault.
    asked = "seen = b''\nwhile b'what-nobody-else-asks' not in seen:\n    seen += stdin.read1(65536)\n"
    python = pretender(text + asked + "frame({'id': 1, 'ok': {}})\nstdin.read()")
    config = ClusterConfig(cluster_type="local", remote_work_dir=str(tmp_path), python_executable=python)
    channel = open_channel(config)

    assert channel.request("what-nobody-else-asks", {}, timeout_seconds=30).header == {}
    channel.close()
    readers = lambda: [each for each in threading.enumerate() if each.name == "clustrix-reader"]  # noqa: E731
    wait_until(lambda: not readers(), 60)
