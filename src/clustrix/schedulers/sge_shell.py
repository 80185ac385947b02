"""The pieces of POSIX shell that Grid Engine needs on the cluster: settings, probe, status, evidence.

They are constant texts: what varies comes as positional parameters, never by formatting.
"""

from __future__ import annotations

# Grid Engine's commands need SGE_ROOT, which often only login shells have.
SETTINGS = """\
if [ -z "${SGE_ROOT:-}" ]; then
    for file in /etc/profile.d/*sge*.sh /etc/profile.d/*gridengine*.sh; do [ ! -r "$file" ] || . "$file"; done
fi"""

PROBE = f"""\
{SETTINGS}
SGE_SINGLE_LINE=1; export SGE_SINGLE_LINE
for name in $(qconf -spl); do qconf -sp "$name"; done
echo 'clustrix complexes'; qconf -sc
echo 'clustrix queues'; qconf -sql"""

# qstat's answer for all of the user's jobs; then, for those of ours that wait, why; and for those that are gone, what
# the accounting says. That is a search through a file that may be large, so it is made for no other job.
STATUS = f"""\
{SETTINGS}
rows=$(qstat -u "$(id -un)" -xml 2>&1)
status=$?
printf 'clustrix qstat %s\\n%s\\n' "$status" "$rows"
[ "$status" -eq 0 ] || exit 0
states=$(printf '%s\\n' "$rows" | awk -F'[<>]' '$2 == "JB_job_number" {{ id = $3 }} $2 == "state" {{ print id, $3 }}')
waiting= gone=
for id; do
    state=$(printf '%s\\n' "$states" | sed -n "s/^$id //p" | head -n 1)
    case $state in '') gone="$gone $id" ;; *w*) waiting="$waiting,$id" ;; esac
done
[ -z "$waiting" ] || {{ echo 'clustrix reasons'; qstat -j "${{waiting#,}}" 2>&1; }}
# An end is accounted a moment after it has left the queue.
tries=4
for id in $gone; do
    until said=$(qacct -j "$id" 2>&1) || [ "$tries" -eq 0 ]; do tries=$((tries - 1)); sleep 1; done
    printf 'clustrix qacct %s\\n%s\\n' "$id" "$said"
done"""

# Grid Engine sends SIGUSR1 at s_rt and SIGXCPU at s_vmem or s_cpu, to all processes of the job. Its SIGKILL (qdel,
# h_rt, h_vmem) goes to one process after the other: the shell shall not call it the kernel's work if it is next.
EVIDENCE = """\
clustrix_evidence() { [ "$status" -ne 137 ] || sleep 0.3 || sleep 1; }
clustrix_last() { clustrix_note signal "$1"; kill -TERM "$child" 2>/dev/null; }
trap 'clustrix_last USR1' USR1
trap 'clustrix_last XCPU' XCPU"""
