"""Pieces of shell text that go to machines we do not know: quoting, and environment modules."""

from __future__ import annotations

# `module` is a shell function that only login shells have. Debian's /etc/profile brings it, other systems have the init
# alone. One line and no quotes but "..", so that it fits into '..' of any login shell.
FIND_MODULES = (
    "command -v module >/dev/null 2>&1 || . /etc/profile >/dev/null 2>&1; "
    'for init in "${MODULESHOME:-/nowhere}/init/bash" /usr/share/lmod/lmod/init/bash /usr/share/modules/init/bash '
    "/usr/share/Modules/init/bash; do "
    'command -v module >/dev/null 2>&1 || [ ! -r "$init" ] || . "$init"; done'
)


def quote_for_any_shell(text: str) -> str:
    r"""``text`` as one word of sh, bash, dash, zsh, csh or tcsh.

    A ``!`` must be outside the quotes: tcsh looks into its history even between ``'`` and with ``-c`` ("Event not
    found", 6.24). Raises ValueError for a line break, which csh takes in no quotes.

    >>> quote_for_any_shell("it's!")
    "'it'\\''s'\\!''"
    """
    if "\n" in text or "\r" in text or "\0" in text:
        raise ValueError(f"a command for a login shell must be one line: {text!r}")
    return "'" + text.replace("'", "'\\''").replace("!", "'\\!'") + "'"
