import pytest
from shapes import INITIAL


@pytest.fixture(autouse=True)
def more(monkeypatch):
    monkeypatch.setitem(INITIAL, "ones", lambda x: ["ones", x])
