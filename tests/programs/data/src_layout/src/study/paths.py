import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
