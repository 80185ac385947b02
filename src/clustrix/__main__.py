"""``python -m clustrix``: the command, where it is not on PATH."""

from clustrix.cli import main

if __name__ == "__main__":
    main()
