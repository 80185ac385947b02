"""Python in a container: a short shell script stands for the interpreter, and is asked and started like any other.

Which runtime there is, the script finds out where it runs: compute nodes may have another than the login node.
"""

import errno
import hashlib
import os
import shlex

from clustrix_remote import jobfolders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

    from clustrix_remote.layout import Layout

#: What runtimes bring into a container themselves; the home folder, too.
_BROUGHT = ("/tmp", "/home", "/proc", "/sys", "/dev")

# 1. ch-run (0.31) stops without $USER, which a job need not have; what an image's recipe sets is in its /ch/environment.
# 2. podman: root inside is the user outside, so files belong to whom they should. Without cgroups, which
#    jobs often may not make, it insists on processes numbered from 1. It writes into an unpacked image (/etc/mtab), so that has to be the user's own.
_SCRIPT = """\
unset PYTHONPATH PYTHONHOME
python=${CLUSTRIX_CONTAINER_PYTHON:-python3}
here=$(pwd)
USER=${USER:-$(id -un)}
export USER
for runtime in ${CLUSTRIX_CONTAINERS:-apptainer singularity ch-run podman}; do
    command -v "$runtime" >/dev/null 2>&1 || continue
    option=
    case $runtime in
    apptainer | singularity)
        [ ! -e /dev/nvidiactl ] || option=--nv
        exec "$runtime" --quiet exec $option BINDS --pwd="$here" "$image" "$python" "$@" ;;
    ch-run)
        case $image in *.sif) continue ;; esac
        [ ! -f "$image/ch/environment" ] || option=--set-env
        exec ch-run --home $option BINDS --cd="$here" "$image" -- "$python" "$@" ;;
    podman)
        case $image in *.sif | *.sqfs) continue ;; esac
        [ ! -d "$image" ] || option=--rootfs
        exec podman --log-level=error run --rm --network=host --volume=/dev/shm:/dev/shm --cgroups=disabled --env-host \\
            VOLUMES --workdir="$here" $option "$image" "$python" "$@" ;;
    esac
done
echo "$(uname -n) has none of ${CLUSTRIX_CONTAINERS:-apptainer, singularity, ch-run, podman} for $image" >&2
exit 127
"""


def prepare(where: "Layout", image: str) -> str:
    """The path of a script that starts ``python3`` in ``image``: a file, an unpacked folder, or a name.

    FileNotFoundError for a path where nothing is.
    """
    image = os.path.expanduser(image)
    if os.path.isabs(image) and not os.path.exists(image):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), image)
    text = script(image, folders_to_mount(where.root), os.path.expanduser("~"))
    folder = os.path.join(where.root, "containers")
    path = os.path.join(folder, hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:20])
    if not os.path.exists(path):
        jobfolders.make_private_folder(where.root)
        jobfolders.make_private_folder(folder)
        temporary = "{}.{}.part".format(path, os.getpid())
        jobfolders.write_file(temporary, [text.encode("utf-8", "surrogateescape")])
        os.chmod(temporary, 0o700)
        os.rename(temporary, path)
    return path


def folders_to_mount(root: str) -> "List[str]":
    """The uppermost folder above ours, whatever links lead there: a job finds its files under their own names.

    Not the folder itself: its mount point would have to exist in an image that cannot be written to.
    """
    tops = ["/" + path.strip("/").partition("/")[0] for path in (root, os.path.realpath(root))]
    return sorted(set(tops) - set(_BROUGHT))


def script(image: str, folders: "List[str]", home: str) -> str:
    """The script's text."""
    binds = " ".join(shlex.quote("--bind=" + folder) for folder in folders)
    volumes = " ".join(shlex.quote("--volume={0}:{0}".format(one)) for one in sorted({home, "/tmp", *folders}))
    head = "#!/bin/sh\n# Starts Python in a container, by what this node has for it.\nimage={}\n".format(
        shlex.quote(image)
    )
    return head + _SCRIPT.replace("BINDS", binds).replace("VOLUMES", volumes)
