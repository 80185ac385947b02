# needs Python 3.7
"""Objects of libraries that are known by their identity, wherever a program has them from."""
import dataclasses
import json
import socket
from dataclasses import MISSING
from socket import _GLOBAL_DEFAULT_TIMEOUT as USUAL

from clustrix import cluster

BY_NAME = {"none": MISSING}


@cluster
def ask(given, value=MISSING, timeout=USUAL):
    known = given is dataclasses.MISSING, value is MISSING, BY_NAME["none"] is given
    return known, timeout is socket._GLOBAL_DEFAULT_TIMEOUT, given


if __name__ == "__main__":
    *told, back = ask(MISSING)
    print(json.dumps([told, back is MISSING]))
