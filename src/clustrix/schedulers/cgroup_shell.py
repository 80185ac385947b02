"""What the kernel counted in the control group of a job: its limit, its peak, and whom it killed for lack of memory.

All schedulers that hold jobs in control groups look alike from inside the job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# The kernel counts its kills in the memory cgroup of the job: version 2 in memory.events, version 1 in
# memory.oom_control; in containers only an end of the path that /proc tells is there.
READ = r"""clustrix_find_cgroup() {
    version=2 group=$(sed -n 's/^0:://p' /proc/self/cgroup 2>/dev/null)
    ones=$(sed -n 's/^[0-9]*:\([a-z_,]*,\)*memory\(,[a-z_,]*\)*://p' /proc/self/cgroup 2>/dev/null)
    mount=/sys/fs/cgroup
    [ -z "$ones" ] || { version=1 group=$ones mount=/sys/fs/cgroup/memory; }
    while [ -n "$group" ] && [ ! -e "$mount$group/memory.stat" ]; do
        case $group in /*/*) group=/${group#/*/} ;; *) group= ;; esac
    done
    [ -n "$group" ] || return 1
    case $version in
        1) peak=memory.max_usage_in_bytes limit=memory.limit_in_bytes kills=memory.oom_control ;;
        2) peak=memory.peak limit=memory.max kills=memory.events ;;
    esac
    group=$mount$group
}
clustrix_cgroup() {
    clustrix_find_cgroup || return 0
    killed=$(sed -n 's/^oom_kill //p' "$group/$kills" 2>/dev/null)
    # The limit is that of the job or the step, some levels up: the first one that is not infinite.
    for level in "$group" "$group/.." "$group/../.." "$group/../../.."; do
        bytes=$(cat "$level/$limit" 2>/dev/null) || break
        case $bytes in max | ???????????????????*) continue ;; esac
        clustrix_note memory_limit_bytes "$bytes"
        clustrix_note memory_peak_bytes "$(cat "$level/$peak" 2>/dev/null)"
        break
    done
    clustrix_note oom_kill "${killed:-0}"
}"""


# The script enters a group of its own, if the user may make one: below its present group in version 1; beside it in
# version 2, where a group with processes has no others with limits below it. Groups that killed scripts have left are
# empty, and so can be removed; others cannot.
CONFINE = r"""clustrix_confine() {
    clustrix_find_cgroup || return 1
    home=$group
    [ "$version" -eq 1 ] || group=${group%/*}
    rmdir "$group"/clustrix-* 2>/dev/null
    own=$group/clustrix-$$
    mkdir "$own" 2>/dev/null || return 1
    if echo "$1" >"$own/$limit" && echo "$$" >"$own/cgroup.procs"; then
        confined=$own
    else
        rmdir "$own"
        return 1
    fi
    # What may not be held shall not be swapped out instead.
    case $version in
        1) echo "$1" >"$own/memory.memsw.limit_in_bytes" ;;
        2) echo 0 >"$own/memory.swap.max" ;;
    esac
} 2>/dev/null
clustrix_release() { echo "$$" >"$home/cgroup.procs" && rmdir "$confined"; } 2>/dev/null"""


def was_full(details: Mapping[str, str]) -> bool:
    """Whether the kernel killed for lack of memory in the job's group.

    >>> was_full({"oom_kill": "1"}), was_full({})
    (True, False)
    """
    return details.get("oom_kill", "0") not in ("0", "")
