import sys

WORDS = sys.argv[1:]
