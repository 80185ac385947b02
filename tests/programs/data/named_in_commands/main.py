import os
import sqlite3
import subprocess

import counts

from clustrix import cluster

NAMES = "tables/one.txt tables/two.txt conf.ini"


@cluster
def told():
    first = subprocess.check_output("head -1 < conf.ini", shell=True).decode()
    os.system("cat tables/one.txt > copied && cat conf.ini >> copied")
    with open("copied") as stream:
        return first, counts.lines(), [len(open(name).read()) for name in NAMES.split()], stream.read()


@cluster
def asked_by_uri():
    with sqlite3.connect("file:tables/lab.db?mode=ro", uri=True) as connection:
        return connection.execute("select v from t").fetchall()


if __name__ == "__main__":
    print(told())
    with sqlite3.connect("tables/lab.db") as connection:
        connection.executescript("create table if not exists t (v int); delete from t; insert into t values (3)")
    print(asked_by_uri())
