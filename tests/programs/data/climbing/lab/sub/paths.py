import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def five():
    return (ROOT / "tables" / "five.txt").read_text().strip()


def again():
    above = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with open(os.path.join(above, "tables", "five.txt")) as stream:
        return stream.read().strip()
