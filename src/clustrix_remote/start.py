"""``__main__`` of the runtime: ``python <runtime> <job folder> <task>``, or a bench of a pool."""

import sys

if sys.argv[-1] == "bench":
    from clustrix_remote.bench import main
else:
    from clustrix_remote.runner import main

sys.exit(main(sys.argv[1:]))
