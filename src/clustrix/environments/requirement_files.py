"""Files that say what is needed: requirements.txt, pyproject.toml, conda's environment.yml."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustrix.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.requirements import Requirement


def project_requirements(path: Path) -> list[Requirement]:
    """The dependencies in a pyproject.toml. Raises ConfigError."""
    dependencies = toml_of(path).get("project", {}).get("dependencies", [])
    return [parse(str(text), str(path)) for text in dependencies]


def read_requirements(path: Path) -> list[Requirement]:
    """The requirements in a requirements.txt and the files that it names with ``-r``; hashes are ignored.

    Raises ConfigError for a line that cannot be read, and for other options (``--index-url``).
    """
    found = []
    text = text_of(path).replace("\\\n", " ")
    for number, line in enumerate(text.splitlines(), 1):
        plain = re.sub(r"(^|\s)#.*", "", re.sub(r"\s--hash=\S+", "", line)).strip()
        further = re.fullmatch(r"(?:-r|--requirement)[ =]*(\S+)", plain)
        if further and (path.parent / further[1]).resolve() != path.resolve():
            found += read_requirements(path.parent / further[1])
        elif plain.startswith("-"):
            raise ConfigError(
                f"{plain!r} is not understood",
                where=f"{path}:{number}",
                hint="requirements only, a line each; another index is UV_INDEX_URL, in your environment",
            )
        elif plain:
            found.append(parse(plain, f"{path}:{number}"))
    return found


def read_conda(path: Path) -> list[Requirement]:
    """The packages in conda's environment.yml, as they are called on package indexes; Python itself is left out.

    Only what ``conda env export`` and people write is understood: a list of ``- name=version``, and one below ``- pip:``.
    Raises ConfigError.
    """
    return [parse(_from_conda(spec), f"{path}:{number}") for number, spec in _conda_specs(text_of(path)) if spec]


def _conda_specs(text: str) -> Iterator[tuple[int, str]]:
    is_in_list = False
    for number, line in enumerate(text.splitlines(), 1):
        plain = re.sub(r"(^|\s)#.*", "", line).rstrip()
        if plain and not plain[0].isspace() and not plain.startswith("-"):
            is_in_list = plain.partition(":")[0] == "dependencies"
        item = re.match(r"\s*-\s*([^\s].*)", plain)
        if is_in_list and item:
            spec = item[1].strip().strip("\"'")
            if not spec.endswith(":") and not re.match(r"(python|pip)\b(?![-.\w])", spec):
                yield number, spec


def _from_conda(spec: str) -> str:
    """Conda's ``=1.26`` is any 1.26; a build behind the version, and a channel before the name, are conda's own.

    >>> _from_conda("conda-forge::numpy=1.26=py311h_0"), _from_conda("scipy >=1.10,<2"), _from_conda("rich==13.0")
    ('numpy==1.26.*', 'scipy>=1.10,<2', 'rich==13.0')
    """
    name, operator, rest = re.match(r"([\w.\[\],-]+)\s*([<>=!~]*)(.*)", spec.rpartition("::")[2]).groups()  # type: ignore[union-attr]
    if operator != "=":
        return f"{name}{operator}{rest}".replace(" ", "")
    version = rest.partition("=")[0].strip()
    return f"{name}=={version}" if version.endswith("*") or not version else f"{name}=={version}.*"


def parse(text: str, where: str) -> Requirement:
    """A requirement as in PEP 508; ConfigError if it is none."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement as error:
        said = str(error).partition("\n")[0]
        raise ConfigError(
            f"{text!r} is not a requirement: {said}", where=where, hint='"numpy>=2", "pandas[excel]"'
        ) from None


def text_of(path: Path) -> str:
    """A text file. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}", where="environment=") from None


def toml_of(path: Path) -> dict[str, Any]:
    """A file of TOML. Raises ConfigError."""
    return parsed_toml(text_of(path), str(path))


def parsed_toml(text: str, where: str) -> dict[str, Any]:
    """TOML. Raises ConfigError."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"this is not TOML: {error}", where=where) from None
