"""mypy and pyright on programs that use clustrix: signatures are kept, mistakes are told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def mypy(cache: Path) -> set[tuple[str, int]]:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context"]
    command += ["--config-file=", "--no-incremental", f"--cache-dir={cache}", "calls.py", "wrong.py"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    errors = [line.split(":") for line in done.stdout.splitlines() if ": error: " in line]
    return {(file, int(line)) for file, line, *_ in errors}


def pyright(_: Path) -> set[tuple[str, int]]:
    # The fork of pyright whose wheel needs no download; in the mode that both call standard.
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(HERE)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    told = json.loads(done.stdout)["generalDiagnostics"]
    return {(Path(one["file"]).name, one["range"]["start"]["line"] + 1) for one in told if one["severity"] == "error"}


def lines_marked_wrong() -> set[tuple[str, int]]:
    lines = (HERE / "wrong.py").read_text().splitlines()
    return {("wrong.py", number) for number, line in enumerate(lines, 1) if line.endswith("# wrong")}


@pytest.mark.slow
@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_checker_knows_what_decorated_functions_take_and_give_and_tells_each_mistake(checker, tmp_path):
    assert checker(tmp_path) == lines_marked_wrong()
