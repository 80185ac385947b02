"""What is said to be new in a Python is in none before it, and in all from there on."""

import json
import subprocess
import textwrap

import pytest

from clustrix.capture.other_pythons.features import ADDED, KEYWORDS
from tests.interpreters import pythons_found

#: Prints which of the names it has, and which of the arguments: None where it cannot tell.
_ASKING = textwrap.dedent("""
    import builtins, importlib, inspect, json, sys, warnings

    warnings.simplefilter("ignore")

    def found(name):
        parts = name.split(".")
        for count in range(len(parts), -1, -1):
            try:
                value = importlib.import_module(".".join(parts[:count])) if count else builtins
                for part in parts[count:]:
                    value = getattr(value, part)
                return value
            except (ImportError, AttributeError):
                pass
        return None

    def takes(name, keyword):
        try:
            parameters = inspect.signature(found(name)).parameters
        except (TypeError, ValueError):
            return None
        if keyword in parameters:
            return parameters[keyword].kind != inspect.Parameter.POSITIONAL_ONLY
        return None if any(one.kind == one.VAR_KEYWORD for one in parameters.values()) else False

    names, keywords = json.load(sys.stdin)
    print(json.dumps([{name: found(name) is not None for name in names}, [takes(*one) for one in keywords]]))
""")


@pytest.mark.parametrize("version", pythons_found())
def test_what_is_said_to_be_new_is_missing_before_and_there_since(version):
    minor = int(version.partition(".")[2])
    asked = json.dumps([list(ADDED), list(KEYWORDS)])
    answer = subprocess.run(
        [pythons_found()[version], "-I", "-c", _ASKING], input=asked, capture_output=True, text=True, check=True
    )
    names, keywords = json.loads(answer.stdout)
    assert {name: is_there for name, is_there in names.items() if is_there != (ADDED[name] <= minor)} == {}
    told = zip(KEYWORDS, keywords, strict=True)
    assert {one: takes for one, takes in told if takes is not None and takes != (KEYWORDS[one] <= minor)} == {}
