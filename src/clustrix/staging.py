"""Putting one job on the cluster: the packages that it lacks, its call and its script, in one request where possible.

The request carries the job's key, so it may be made again when its answer is lost: the job is submitted once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clustrix.background import run_soon
from clustrix.errors import ClustrixError, ConnectError, ConnectionLostError
from clustrix.jobs import CommandAnswer
from clustrix_remote import wire

if TYPE_CHECKING:
    from clustrix.connection.channel import Channel, Reply
    from clustrix.connection.frames import Buffer
    from clustrix.connection.link import Link
    from clustrix.file_packaging import Package

#: Of a package's digest in hello.
PREFIX_LENGTH = 12
#: How often a request is made again when the connection is lost under it.
ATTEMPTS = 3


@dataclass(frozen=True)
class Submission:
    """What is sent for one job: ``header`` is that of the agent's ``submit``, without what is told by the rest.

    ``restore`` builds its environment again, should that have been removed.
    """

    header: Mapping[str, Any]
    packages: Sequence[Package]
    call: Sequence[Buffer]
    restore: Callable[[], object] | None = None

    @property
    def key(self) -> str:
        return str(self.header["key"])

    @property
    def call_bytes(self) -> int:
        return sum(memoryview(part).nbytes for part in self.call)

    def bytes_to_send(self, there: Collection[str]) -> int:
        """How much it is at most, if these packages are there."""
        return self.call_bytes + sum(len(package.data) for package in self.packages if package.digest not in there)


@dataclass(frozen=True)
class SubmitAnswer:
    """What the submit command said, or ``found``: the command that looks for a job that was submitted before."""

    command: CommandAnswer
    found: bool = False


def submit(link: Link, submission: Submission) -> Future[SubmitAnswer]:
    """Stage and submit a job without waiting. The future raises ConnectError, OSError (disk full) or ClustrixError."""
    answer: Future[SubmitAnswer] = Future()
    answer.set_running_or_notify_cancel()
    link.submitting(answer)
    channel = link.channel()
    needs = [package.digest for package in submission.packages]
    missing = lacking(needs, link.packages, channel.hello.packages)
    if missing is None and submission.call_bytes > wire.CHUNK_BYTES:
        # A large call would have to be sent again if it came out only then that a package is missing.
        asked = channel.start("packages", {"digests": needs})
        asked.add_done_callback(lambda reply: run_soon(_answered, link, channel, submission, answer, reply, ATTEMPTS))
    else:
        _send(link, channel, submission, answer, missing or (), ATTEMPTS)
    return answer


def lacking(needs: Sequence[str], known: Collection[str], told: Collection[str] | None) -> list[str] | None:
    """Which packages have to be sent: all but those ``known`` to be there, or ``told`` of in hello; None: who knows.

    >>> lacking(["a" * 64, "b" * 64, "c" * 64], {"a" * 64}, {"b" * 12})[0][:3]
    'ccc'
    """
    unknown = [digest for digest in needs if digest not in known]
    if told is None:
        return None if unknown else []
    return [digest for digest in unknown if digest[:PREFIX_LENGTH] not in told]


def _send(
    link: Link,
    channel: Channel,
    submission: Submission,
    answer: Future[SubmitAnswer],
    missing: Sequence[str],
    attempts: int,
) -> None:
    """Make the request, with the packages that are missing."""
    sent = [package for package in submission.packages if package.digest in missing]
    header = {
        **submission.header,
        "needs": [package.digest for package in submission.packages],
        "packages": [[package.digest, len(package.data)] for package in sent],
        "calls": submission.call_bytes,
        "follow": link.followed_tasks(submission.key),
    }
    reply = channel.start("submit", header, [*(package.data for package in sent), *submission.call])
    reply.add_done_callback(lambda reply: run_soon(_answered, link, channel, submission, answer, reply, attempts))


def _answered(
    link: Link,
    channel: Channel,
    submission: Submission,
    answer: Future[SubmitAnswer],
    reply: Future[Reply],
    attempts: int,
) -> None:
    """Do what the reply asks for: send what is missing, try again, or be done."""
    try:
        header = reply.result().header
        missing = header.get("missing")
        link.packages.update(package.digest for package in submission.packages if package.digest not in (missing or ()))
        if header.get("missing_environment") and submission.restore is not None:
            submission.restore()
        if "answer" not in header and attempts:
            _send(link, channel, submission, answer, missing or (), attempts - 1)
            return
        said = _parse_answer(header)
        if said.command.returncode == 0:
            link.submitted(submission.key, channel)
        answer.set_result(said)
    except ConnectionLostError as error:
        if attempts:
            _send_again(link, submission, answer, attempts - 1)
        else:
            answer.set_exception(error)
    except Exception as error:  # whoever waits for the answer has to be told, whatever it is
        answer.set_exception(error)


def _send_again(link: Link, submission: Submission, answer: Future[SubmitAnswer], attempts: int) -> None:
    try:
        _send(link, link.wait_for_channel(ATTEMPTS - 1 - attempts), submission, answer, (), attempts)
    except ConnectError as error:
        answer.set_exception(error)


def _parse_answer(header: Mapping[str, Any]) -> SubmitAnswer:
    try:
        told = header["answer"]
        command = CommandAnswer(int(told["returncode"]), str(told["stdout"]), str(told["stderr"]))
    except (KeyError, TypeError, ValueError):
        raise ClustrixError(f"the agent's answer to a submission cannot be read: {str(header)[:300]}") from None
    return SubmitAnswer(command, bool(told.get("found")))
