"""How many tasks Slurm takes: of one array, and of one user at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clustrix.array_plan import SiteLimits

if TYPE_CHECKING:
    from clustrix.jobs import CommandAnswer
    from clustrix.resources import Resources

# Four questions, none of which lists jobs. sacctmgr asks the accounting's daemon, which a site may not have.
LIMITS = r"""
scontrol show config 2>/dev/null |
    sed -n 's/^MaxArraySize *= */array|/p; s/^AccountingStorageEnforce *= */enforce|/p'
scontrol -o show partition 2>/dev/null |
    sed -n 's/^PartitionName=\([^ ]*\).* Default=\([A-Z]*\).* QoS=\([^ ]*\).*/partition|\1|\2|\3/p'
sacctmgr -n -P show assoc where user="$(id -un)" \
    format=account,partition,maxsubmit,grpsubmit,defaultqos 2>/dev/null | sed 's/^/account|/'
sacctmgr -n -P show qos format=name,maxsubmitpu,maxsubmitpa,grpsubmit 2>/dev/null | sed 's/^/qos|/'
exit 0
"""


def parse_limits(answer: CommandAnswer, wanted: Resources) -> SiteLimits:
    """The limits for jobs that ask for this: MaxArraySize, and the narrowest MaxSubmitJobs of association and QOS."""
    rows = [line.split("|") for line in answer.stdout.splitlines()]
    array = next((_number(row[1]) for row in rows if row[0] == "array" and len(row) == 2), None)
    enforced = next((row[1] for row in rows if row[0] == "enforce"), "")
    # Without it limits may be written down, and nobody minds them.
    if not any(word in enforced for word in ("limits", "safe", "all")):
        return SiteLimits(array)
    accounts = [row for row in rows if row[0] == "account" and len(row) == 6 and _fits(row, wanted)]
    qos = {wanted.qos or "", *(row[5] for row in accounts if not wanted.qos), _partition_qos(rows, wanted)} - {""}
    known = [_of_accounts(accounts)]
    known += [_narrowest(row[2:]) for row in rows if row[0] == "qos" and len(row) == 5 and row[1] in qos]
    return SiteLimits(array, min((limit for limit in known if limit is not None), default=None))


def _fits(row: list[str], wanted: Resources) -> bool:
    account, partition = row[1], row[2]
    return (not wanted.account or account == wanted.account) and (not partition or partition == wanted.partition)


def _partition_qos(rows: Iterable[list[str]], wanted: Resources) -> str:
    for row in rows:
        if row[0] == "partition" and (row[1] == wanted.partition or (not wanted.partition and row[2] == "YES")):
            return row[3].replace("N/A", "")
    return ""


def _of_accounts(rows: list[list[str]]) -> int | None:
    """The widest: which account is taken where none is said, Slurm decides; a refusal would tell."""
    limits = [_narrowest(row[3:5]) for row in rows]
    return None if None in limits else max((limit for limit in limits if limit is not None), default=None)


def _narrowest(fields: Iterable[str]) -> int | None:
    return min((number for field in fields if (number := _number(field)) is not None), default=None)


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdigit() else None
