import json, os, pkgutil
from pathlib import Path
HERE = Path(__file__).resolve().parent
DATA_DIR = os.path.join(os.path.dirname(__file__), "data")
def read_all():
    out = [(HERE / "data" / "a.txt").read_text().strip(), json.load(open(os.path.join(DATA_DIR, "b.json")))["k"],
           pkgutil.get_data("lib", "data/a.txt").decode().strip(), sorted(os.listdir(DATA_DIR))]
    for name in sorted(os.listdir(DATA_DIR)):
        with open(os.path.join(DATA_DIR, name)) as s: out.append(len(s.read()) > 0)
    try:
        from importlib.resources import files
        out.append(files("lib").joinpath("data", "a.txt").read_text().strip())
    except ImportError:
        out.append(out[0])
    return out
