"""``python -m clustrix.cli`` is the command, whatever stands on PATH."""

from clustrix.cli import main

main()
