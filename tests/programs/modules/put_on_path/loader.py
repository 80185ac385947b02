import site
from pathlib import Path


def load():
    site.addsitedir(str(Path(__file__).resolve().parent / "shared"))
    import only_shared

    return only_shared.NAME
