#!/bin/bash
# Process 1 of a node. It begins in namespaces of its own (pid, mount, network, host name, ipc, clock) but still sees
# the laptop's files; it turns the node's disk into /, and then has nothing to do but to bury orphans.
#
# usage: node-init.sh DISK FQDN ANNOUNCEMENT SHARED PYTHONS [CONTROLLER=CGROUP ...]
set -eu
disk=$1 fqdn=$2 announcement=$3 shared=$4 pythons=$5
shift 5

# /proc is still the laptop's here, so this is our pid as the laptop counts. (`read` starts no process.)
read -r pid _ </proc/self/stat
echo "$pid" >"$announcement"
hostname "$fqdn"

mount -t proc proc "$disk/proc"
mount -t sysfs sysfs "$disk/sys"
mount -t tmpfs -o mode=755 run "$disk/run"
mount -t tmpfs -o mode=1777,size=1g tmp "$disk/tmp"
mkdir -m 755 "$disk/run/sshd" "$disk/run/munge" "$disk/run/slurm" "$disk/run/mysqld"
chown munge:munge "$disk/run/munge"
chown slurm:slurm "$disk/run/slurm"
chown mysql:mysql "$disk/run/mysqld"

# Devices: a few harmless ones, and terminals of our own, or else `ssh -t` and `srun --pty` would use the laptop's.
dev=$disk/dev
mount -t tmpfs -o mode=755,size=64k dev "$dev"
for name in null zero full random urandom tty; do
  touch "$dev/$name"
  mount --bind "/dev/$name" "$dev/$name"
done
mkdir "$dev/pts" "$dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$dev/pts"
mount -t tmpfs -o mode=1777 shm "$dev/shm"
ln -s pts/ptmx "$dev/ptmx"
ln -s /proc/self/fd "$dev/fd"
ln -s fd/0 "$dev/stdin"
ln -s fd/1 "$dev/stdout"
ln -s fd/2 "$dev/stderr"
# GPUs with nothing behind them. Slurm hides regular files from CUDA_VISIBLE_DEVICES, so they are true devices.
if grep -q "^NodeName=${fqdn%%.*} Name=gpu" "$disk/etc/slurm/gres.conf"; then
  mknod -m 666 "$dev/nvidia0" c 195 0
  mknod -m 666 "$dev/nvidia1" c 195 1
fi

mount --rbind "$shared/home" "$disk/home"
mount --rbind "$shared/scratch" "$disk/scratch"
# At its own path, too: a Python built with a shared library looks for it where it was installed.
if [ -d "$pythons" ]; then
  mount --bind "$pythons" "$disk/opt/python"
  mount --bind "$pythons" "$disk$pythons"
fi

# Each node has a subtree as its own hierarchy: the folder /slurm in it is hard-wired in Slurm.
if [ $# -gt 0 ]; then
  mount -t tmpfs -o mode=755 cgroup "$disk/sys/fs/cgroup"
fi
for pair; do
  mkdir -p "${pair#*=}" "$disk/sys/fs/cgroup/${pair%%=*}"
  mount --bind "${pair#*=}" "$disk/sys/fs/cgroup/${pair%%=*}"
done

cd "$disk"
mkdir -p .laptop
pivot_root . .laptop
cd /
umount -l /.laptop
rmdir /.laptop
ulimit -c 0
exec tini -- sleep infinity
