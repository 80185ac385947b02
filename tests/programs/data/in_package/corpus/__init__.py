from pathlib import Path

HERE = Path(__file__).parent


def words():
    return sum(len(path.read_text().split()) for path in HERE.glob("texts/*.txt"))
