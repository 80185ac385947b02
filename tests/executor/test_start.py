"""How a job begins: it imports little, and what it leaves out is there when somebody asks for it."""

import ast
import hashlib
import hmac
import json
import subprocess
import sys
from pathlib import Path

import pytest

from clustrix import cluster, using
from clustrix_remote import outcome, signature, submission
from clustrix_remote.emptied import emptied

REMOTE = Path(submission.__file__).parent
#: What importing one of these brings along is most of what a job's start may cost.
COSTLY = {
    "ast",
    "hashlib",
    "hmac",
    "json",
    "linecache",
    "pathlib",
    "pickle",
    "re",
    "runpy",
    "tokenize",
    "typing",
    "zipfile",
}


@cluster
def imported():
    import sys

    return sorted(sys.modules)


def imported_by(python: str, *flags: str) -> set[str]:
    text = "import sys; print(*sys.modules)"
    return set(subprocess.run([python, *flags, "-c", text], capture_output=True, text=True, check=True).stdout.split())


def test_a_plain_call_imports_nothing_costly(cluster_python, config):
    with using(python_executable=cluster_python):
        names = imported()

    assert not COSTLY & (set(names) - imported_by(cluster_python))
    ours = {name.rpartition(".")[2] for name in names if name.startswith("clustrix_remote.")}
    assert ours <= set(submission.START_MODULES)


@cluster
def tracebacks():
    import linecache
    import sys
    import traceback

    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        return (
            traceback.format_exc(),
            type(linecache.__loader__).__name__,
            [type(one).__name__ for one in sys.meta_path],
        )


def test_lines_are_found_by_who_asks_for_them(cluster_python, config):
    with using(python_executable=cluster_python):
        text, loader, finders = tracebacks()

    assert "1 / 0" in text
    assert loader != "_Filling"
    assert "_WhenImported" not in finders


@pytest.mark.parametrize("size", [0, 100, signature.LARGE_BYTES + 1])
@pytest.mark.parametrize("key", [b"", b"k" * 32, b"k" * 64])
def test_an_outcome_is_signed_as_by_hmac(size, key):
    parts = [b"x" * size, memoryview(b"yz")]

    assert signature.sign(key, parts) == hmac.new(key, b"".join(parts), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": [1, 2.5, None, True], "b": {"c": ""}},
        'say "so"',
        "back\\slash",
        "two\nlines",
        "é",
        "\udc80",
        {1: 2},
        -0.1,
    ],
)
def test_a_header_is_json(value):
    assert json.loads(outcome.json_of(value)) == json.loads(json.dumps(value))


def without_docstrings(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        first = node.body[:1] if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) else []
        if first and isinstance(first[0], ast.Expr) and isinstance(first[0].value, ast.Constant):
            first[0].value = ast.Constant("")
            first[0].end_lineno = first[0].end_col_offset = None
    return ast.dump(tree)


@pytest.mark.parametrize("path", sorted(REMOTE.glob("*.py")), ids=lambda path: path.stem)
def test_emptied_modules_are_the_same_programs_on_the_same_lines(path):
    source = path.read_text("utf-8")
    short = emptied(source)

    assert without_docstrings(short) == without_docstrings(source)
    lines = list(zip(source.split("\n"), short.split("\n"), strict=True))
    assert all(new in ("", old) or new.strip() == '""' for old, new in lines)
    assert sys.getsizeof(short) < sys.getsizeof(source)
