"""The example's own code, called directly by each Python that it may run on."""

import json
import subprocess
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parent.parent / "examples" / "stdlib_census"

COUNT_JSON = """
import json, pickle
from census import UnknownModuleError, take_census
census = pickle.loads(pickle.dumps(take_census(["json"]), 4))
try:
    take_census(["binhex", "tomllib"])
except UnknownModuleError as error:
    copy = pickle.loads(pickle.dumps(error, 4))
print(json.dumps({
    "modules": [module.name for module in census.modules],
    "functions": {"{0.module}.{0.name}".format(function): function.complexity for function in census.functions()},
    "unreadable": census.unreadable,
    "missing": copy.module,
    "message": str(copy),
}))
"""


def call(python: str) -> dict[str, Any]:
    done = subprocess.run(
        [python, "-c", COUNT_JSON], cwd=EXAMPLE, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_counts_a_package(cluster_python: str) -> None:
    answer = call(cluster_python)
    assert {"json", "json.decoder", "json.encoder", "json.scanner", "json.tool"} <= set(answer["modules"])
    assert answer["functions"]["json.decoder.JSONObject"] > answer["functions"]["json.decoder.decode"] >= 1
    assert answer["unreadable"] == []


def test_names_the_missing_module(cluster_python: str) -> None:
    answer = call(cluster_python)
    assert answer["missing"] in {"binhex", "tomllib"}
    assert answer["message"].endswith(f"has no {answer['missing']}")
