"""The three pieces of POSIX shell that Slurm needs on the cluster: submit, ask, and tell why Python was killed.

They are constant texts: what varies comes as positional parameters or shell variables, never by formatting.
"""

from __future__ import annotations

from clustrix.schedulers import cgroup_shell

# $1 is the script, $2 the job's name. One sbatch, and nothing else where it is content. Where it gave up waiting
# (MessageTimeout, 10 s) the job may exist all the same, or soon, so it is looked for. Where Slurm refuses, what the
# cluster does offer comes along on stdout, so that the error can say it: partitions with their limits, the user's
# accounts and qos, the largest array.
SUBMIT = """\
exec 3>&1
said=$(sbatch --parsable "$1" 2>&1 >&3)
status=$?
[ -z "$said" ] || printf '%s\\n' "$said" >&2
[ "$status" -ne 0 ] || exit 0
case $said in
    *"timed out"*)
        for pause in 0 1 2 4; do
            sleep "$pause"
            found=$(squeue -a -h -t all -o %A --name="$2" 2>/dev/null)
            [ -z "$found" ] || { printf '%s\\n' "$found"; exit 0; }
        done
        exit "$status" ;;
    *"Unable to contact"* | *onnection*) exit "$status" ;;
esac
sinfo -h -o 'partition|%P|%l|%D|%c|%m|%f|%G' 2>/dev/null
sacctmgr -n -P show assoc where user="$(id -un)" format=account,qos 2>/dev/null | sed 's/^/account|/'
scontrol show config 2>/dev/null | sed -n 's/^MaxArraySize *= */array|/p'
exit "$status"
"""

# squeue's answer for all of the user's jobs is two cheap RPCs, jobs and partitions (it filters by user on the
# controller's side, not by job id); without SQUEUE_LOCAL a third one asks for a federation; without SLURM_BITSTR_LEN=0
# it cuts the list of an array's tasks short; -a shows hidden partitions too, -t all those that ended within MinJobAge
# (300 s). sacct goes to another daemon and knows exit codes and who cancelled; it is asked only about jobs that squeue
# does not call alive. awk, as `case` cannot match by line.
STATUS = """\
rows=$(SQUEUE_LOCAL=1 SLURM_BITSTR_LEN=0 squeue -a -h -t all -u "$(id -un)" -o '%i|%T|%r|%B|%M' 2>&1)
printf 'squeue %s %s\\n%s\\n' "$?" "$(id -u)" "$rows"
ask=$(printf '%s\\n' "$rows" | awk -F'|' -v wanted="$*" '
  NF > 4 && $2 !~ /^(COMPLET|FAILED|CANCELLED|TIMEOUT|DEADLINE|OUT_OF_MEMORY|NODE_FAIL|BOOT_FAIL|PREEMPTED)/ {
    sub(/_.*/, "", $1); alive[$1] = 1 }
  END { n = split(wanted, ids, " ")
    for (i = 1; i <= n; i++) { base = ids[i]; sub(/_.*/, "", base)
      if (!(base in alive)) { list = list comma ids[i]; comma = "," } } print list }')
[ -z "$ask" ] && exit 0
rows=$(sacct -X -n -P -j "$ask" -o jobid,state,exitcode,elapsed,nodelist 2>&1)
printf 'sacct %s\\n%s\\n' "$?" "$rows"
"""

# Run by the job's shell when Python was killed, or on SIGTERM.
EVIDENCE = rf"""{cgroup_shell.READ}
clustrix_evidence() {{
    said=$(tail -c 4096 "$log" 2>/dev/null |
        grep -a '^slurmstepd.*\(CANCELLED AT\|oom\|exceeded\)' | tail -n 1)
    [ -z "$said" ] || clustrix_note said "$said"
    clustrix_cgroup
}}"""
