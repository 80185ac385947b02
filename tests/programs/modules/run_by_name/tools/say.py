import sys

from tools.prefix import PREFIX

if __name__ == "__main__":
    print(PREFIX + sys.argv[1])
