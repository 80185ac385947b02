"""The shell of jobs on a host without a scheduler: a queue, and limits of time and memory.

There is no daemon that could decide: each script looks for itself whether it is its turn. It takes a number, writes
down what it needs, and runs when this and all that has a smaller number fits into the machine. So the order is that of
arrival, and no two scripts can think that the same core is theirs.
"""

from __future__ import annotations

from clustrix.schedulers import cgroup_shell

# The script that makes this file runs; one that was started again, as the answer of the first was lost, does not.
# Nothing is started for what the shell or the agent can say itself: each process that a script starts before Python is a
# tenth of the time that a short call takes.
CLAIM = """\
set -C
{ echo "$$" >claimed; } 2>/dev/null || exit 0
set +C"""

# The script calls itself once for each task, as many at a time as the machine has cores for.
ALL_TASKS = """\
if [ $# -eq 0 ]; then
    {claim}
    parallel={parallel}
    [ "$parallel" -gt 0 ] || parallel=1
    task=0
    while [ "$task" -lt {tasks} ]; do echo "$task"; task=$((task + 1)); done | xargs -n 1 -P "$parallel" {shell} "$0"
    exit
fi"""

# A number is taken with a hard link, which exactly one of several can make. `born` guards against a process number
# that is used again; where there is no /proc it is 0 for all. A slot is what a job of one core takes: there are two for
# each core, as such a job may as well be waiting for files. One that asks for more cores takes its part of the machine.
QUEUE = """\
clustrix_evidence() {
    if [ -r "$job/limit.$task" ]; then read -r limit <"$job/limit.$task"; clustrix_note limit "$limit"; fi
    [ -z "$confined" ] || clustrix_cgroup
}
clustrix_born() {
    born=0
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
    set -- ${line##*) }
    shift 19 2>/dev/null && born=$1
    case $line in *') Z '*) return 1 ;; esac
}
clustrix_room() {
    taken=$slots_wanted held=$memory_wanted ahead=0
    for entry in "$queue"/[0-9]*; do
        [ "${entry##*/}" -lt "$number" ] 2>/dev/null || continue
        { read -r slots_of memory_of pid began <"$entry"; } 2>/dev/null || continue
        if kill -0 "$pid" 2>/dev/null && clustrix_born "$pid" && [ "$born" = "$began" ]; then
            taken=$((taken + slots_of)) held=$((held + memory_of)) ahead=$((ahead + 1))
        else
            rm -f "$entry" "$queue/.$pid-$began"
        fi
    done
    [ "$ahead" -eq 0 ] || { [ "$taken" -le "$slots" ] && [ "$held" -le "$memory_here" ]; }
}
cores_here=${CLUSTRIX_CORES:-$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)}
slots=${CLUSTRIX_SLOTS:-$((cores_here * 2))}
slots_wanted=1
[ "$cores" -le 1 ] || slots_wanted=$(((cores * slots + cores_here - 1) / cores_here))
memory_here=$memory_wanted
if [ "$memory_wanted" -gt 0 ] && [ -r /proc/meminfo ]; then
    while read -r name kibibytes _; do
        if [ "$name" = MemTotal: ]; then memory_here=$((kibibytes / 1024)); break; fi
    done </proc/meminfo
fi
clustrix_node=${CLUSTRIX_NODE:-$(uname -n)}
unset CLUSTRIX_CORES CLUSTRIX_SLOTS CLUSTRIX_NODE
queue=${job%/jobs/*}/queue/$clustrix_node number=1
[ -d "$queue" ] || mkdir -p "$queue"
clustrix_born "$$"
mine=$queue/.$$-$born
echo "$slots_wanted $memory_wanted $$ $born" >"$mine"
for entry in "$queue"/[0-9]*; do
    entry=${entry##*/}
    case $entry in *[!0-9]*) continue ;; esac
    [ "$entry" -lt "$number" ] || number=$((entry + 1))
done
until ln "$mine" "$queue/$number" 2>/dev/null; do
    [ -e "$queue/$number" ] || break
    number=$((number + 1))
done
trap 'rm -f "$queue/$number" "$mine"; [ -z "$watch" ] || kill "$watch" 2>/dev/null
    [ -z "$confined" ] || clustrix_release' EXIT
trap 'clustrix_note signal TERM; clustrix_end 143' TERM
watch= confined=
until clustrix_room; do
    echo "waiting for $ahead earlier jobs of yours on this host" >"$job/waiting"
    if [ "$ahead" -lt 8 ]; then sleep 0.2 || sleep 1; else sleep 2; fi
done
[ ! -e "$job/waiting" ] || rm -f "$job/waiting"
"""

# What is over a limit is told to end as a scheduler would: SIGTERM, and five seconds later SIGKILL. Memory is what all
# processes below the script hold together (pages that they share are counted for each), looked at twice a second.
WATCH = """\
clustrix_below() {
    ps -A -o pid= -o ppid= -o rss= | awk -v top="$$" -v out="$watcher" '
        { parent[$1] = $2; rss[$1] = $3 }
        END { for (pid in parent) { at = pid
                for (n = 0; n < 64 && at != top && at != out && at in parent; n++) at = parent[at]
                if (at == top && pid != top) { sum += rss[pid]; pids = pids " " pid } }
              print sum + 0 pids }'
}
clustrix_watch() {
    trap - EXIT TERM
    watcher=$(sh -c 'echo "$PPID"')
    end=$(($(date +%s) + seconds)) limit=
    while [ -z "$limit" ]; do
        sleep 0.5 || sleep 1
        kill -0 "$$" 2>/dev/null || exit 0
        if [ "$memory_wanted" -gt 0 ]; then
            set -- $(clustrix_below)
            [ "$1" -le $((memory_wanted * 1024)) ] || limit="memory $1"
        fi
        [ "$seconds" -eq 0 ] || [ "$(date +%s)" -lt "$end" ] || limit=time
    done
    echo "$limit" >"$job/limit.$task"
    kill -TERM "$$"
    sleep 5
    set -- $(clustrix_below)
    shift
    [ $# -eq 0 ] || kill -KILL "$@" 2>/dev/null
}
[ "$memory_wanted$seconds" = 00 ] || { clustrix_watch & watch=$!; }"""
# Where a control group can be had the kernel sees to the memory.
CONFINE = f"""\
{cgroup_shell.READ}
{cgroup_shell.CONFINE}
if clustrix_confine $((memory_wanted << 20)); then memory_wanted=0; fi"""

# Of a job that waits, its folder says so; it is the working folder of its script.
STATUS = """\
ps -A -o pgid=,stat= || exit
for id; do
    folder=$(readlink "/proc/$id/cwd" 2>/dev/null) || continue
    if [ -r "$folder/waiting" ]; then printf 'waiting %s %s\\n' "$id" "$(cat "$folder/waiting")"; fi
done"""
