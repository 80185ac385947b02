import json
import os
from pathlib import Path

_base = Path(__file__).parent
CONF = json.loads((_base / "conf.json").read_text())


def read(key):
    return (_base / CONF["files"][key]).read_text(), os.listdir(str(_base / CONF["folder"]))
