import sys

from worker_lines import line

print(line(sys.argv[1]))
