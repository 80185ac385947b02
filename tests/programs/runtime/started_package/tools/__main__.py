import sys

from tools.lines import line

if __name__ == "__main__":
    print(line(sys.argv[1]))
