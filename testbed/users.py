"""The people of the cluster. They exist on its nodes only, not on the laptop."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

GROUP, GID = "hpcusers", 2000
KEY_ACCEPTED, KEY_REFUSED, PASSWORD_ONLY = "key accepted", "key refused", "password only"


@dataclass(frozen=True)
class User:
    """One unprivileged user."""

    name: str
    uid: int
    shell: str = "/bin/bash"
    entry: str = KEY_ACCEPTED
    greeting: str = ""
    """Shell lines at the very start of ~/.bashrc, before Debian's own, which ends early when nobody is looking."""


USERS = (
    User("alice", 2001),
    User("bob", 2002, entry=PASSWORD_ONLY),
    User("carol", 2003, shell="/bin/tcsh"),
    User("dave", 2004, shell="/bin/dash"),
    User("eve", 2005, entry=KEY_REFUSED),
    User("noisy", 2006, greeting='echo "Welcome, $USER: maintenance on Monday"\necho "quota: 80 % used" >&2\n'),
)


def write_accounts(root: Path, bobs_password: str) -> None:
    """Add the users to the accounts that the packages made (slurm, munge, mysql ...) on a node's disk."""
    etc = root / "etc"
    with (etc / "group").open("a") as group:
        group.write(f"{GROUP}:x:{GID}:\n")
    with (etc / "passwd").open("a") as passwd, (etc / "shadow").open("a") as shadow:
        for user in USERS:
            # "*" and not "!": with a locked account sshd would refuse the key, too.
            secret = crypted(bobs_password) if user.entry == PASSWORD_ONLY else "*"
            passwd.write(f"{user.name}:x:{user.uid}:{GID}::/home/{user.name}:{user.shell}\n")
            shadow.write(f"{user.name}:{secret}:19000:0:99999:7:::\n")


def crypted(password: str) -> str:
    """A password as /etc/shadow wants it; Python's own crypt module ended with 3.12."""
    library = ctypes.CDLL(ctypes.util.find_library("crypt") or "libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    hashed: bytes = library.crypt(password.encode(), f"$6${secrets.token_hex(4)}$".encode())
    return hashed.decode()


def make_home(home: Path, user: User, public_key: str) -> None:
    """A home folder as `useradd` would make it, with the user's way in."""
    shutil.copytree("/etc/skel", home)
    (home / ".ssh").mkdir(mode=0o700)
    keys = home / ".ssh/authorized_keys"
    if user.entry == KEY_ACCEPTED:
        keys.write_text(public_key)
    elif user.entry == KEY_REFUSED:
        keys.write_text("# the key of the laptop is not here\n")
    bashrc = home / ".bashrc"
    bashrc.write_text(user.greeting + bashrc.read_text())
    home.chmod(0o700)
    for path in (home, *home.rglob("*")):
        os.chown(path, user.uid, GID)
