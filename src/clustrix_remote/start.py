"""``__main__`` of the runtime: ``python <runtime> <job folder> <task>``."""

import sys

from clustrix_remote.runner import main

sys.exit(main(sys.argv[1:]))
