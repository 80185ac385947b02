"""Whether a source may write to modules that it imports, told from its lines: what is said not to write is never parsed."""

import pytest

from clustrix.capture.module_state.seen_at_a_glance import may_write
from clustrix.capture.module_state.written import WRITING

WRITES = [
    "import app.tools\napp.tools.LIMIT = 3",
    "from app import tools as t\n\ndef f():\n    t.LIMIT += 3",
    "from app import tools\ntools.A, tools.B = 1, 2",
    "from app import tools\ntools.TABLE['a'] = 1",
    "from app import tools\ntools.TABLE[\n    'a'\n] = 1",
    "from app import (\n    other,\n    tools,\n)\ntools.ROWS.append(1)",
    "from app.tools import ROWS\nROWS.append(1)",
    "from app.tools import (\n    LIMIT,\n    ROWS as own,\n)\nown.sort()",
    "from app.tools import *\nROWS.append(1)",
    "def f():\n    from app import tools\n    rows = tools.ROWS\n    rows.append(1)",
    "from app import tools\na, b = tools.A, tools.B\nb['x'] = 1",
    "from app import tools\nfor table in (tools.A, tools.B):\n    table.clear()",
    "from app import tools\n\ndef fill(rows):\n    rows.append(1)\n\nfill(tools.ROWS)",
    "from app import tools\nsetattr(\n    tools,\n    'load',\n    3,\n)",
    "import heapq\nfrom app import tools\nheapq.heappush(tools.QUEUE, 1)",
    "import numpy\nfrom app import tools\nnumpy.add(1, 2, out=tools.SUM)",
    "from app import tools\ndel tools.TABLE['a']",
    "import app.tools; app.tools.LIMIT = 3",
    "def test_it(monkeypatch):\n    monkeypatch.setattr('app.tools.load', 3)",
    'from unittest import mock\n\n@mock.patch("app.tools.load")\ndef test_it(load):\n    pass',
]
READS = [
    "import app.tools\nprint(app.tools.LIMIT)",
    "import json\nROWS = []\nROWS.append(1)",
    "from app import tools\n\ndef f(rows):\n    found = {}\n    found['a'] = tools.count(rows, limit=3)\n    return found",
    "from app import tools\n\ndef f(rows):\n    return [tools.clean(row) for row in rows if row <= tools.LIMIT]",
    "from app.tools import clean\n\nclass A:\n    def __init__(self, rows):\n        self.rows = clean(rows)\n        self.rows.append(1)",
    "from app import toolset\ntoolset.LIMIT = 3",
    "class Options:\n    tools = ()\n    tools.LIMIT = 3",
    "from app import tools\nLIMIT = tools.LIMIT\nif LIMIT == 3:\n    rows = [LIMIT]\n    print(rows)",
    "import importlib\nNAMES = ['app.tools', 'app.other']\nmodules = [importlib.import_module(one) for one in NAMES]",
]


@pytest.mark.parametrize("source", WRITES)
def test_a_source_that_writes_is_seen_to(source):
    assert may_write(source.encode(), ["app", "app.tools"], WRITING)


@pytest.mark.parametrize("source", READS)
def test_a_source_that_only_reads_is_not_worth_parsing(source):
    assert not may_write(source.encode(), ["app.tools"], WRITING)
