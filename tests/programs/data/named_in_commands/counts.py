import os


def lines():
    return int(os.popen("sort tables/two.txt | wc -l").read())
