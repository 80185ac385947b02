"""What a job's Python runs: ``python <runtime>/__main__.py <job folder> <task>``, or a bench of a pool.

It is started as a file and not as a folder, because Python would import ``runpy`` and ``typing`` first: half of the time
that a short call takes.
"""

import os
import sys

if getattr(sys.flags, "safe_path", False):
    # The user's PYTHONSAFEPATH: then Python does not look for modules beside what it runs.
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# A process that multiprocessing starts afresh runs this file under another name, and is not to make the call again.
if __name__ == "__main__":
    if sys.argv[-1] == "bench":
        from clustrix_remote.bench import main
    else:
        from clustrix_remote.runner import main

    sys.exit(main(sys.argv[1:]))
