"""What is wanted: script blocks, lock files, requirements, and the words of ``environment=``."""

from __future__ import annotations

import pytest

from clustrix.environments import pins
from clustrix.environments.choice import lacking, lacking_requirements
from clustrix.environments.interpreters import Interpreter
from clustrix.environments.requirement_files import parse, read_conda, read_requirements
from clustrix.environments.resolution import not_found, platform_of
from clustrix.environments.uv import reasons
from clustrix.errors import ConfigError, EnvironmentBuildError
from clustrix.requirements import NeededDistribution


def interpreter(**words: object) -> Interpreter:
    told = {
        "version": [3, 9, 18], "implementation": "cpython", "base": "/b", "prefix": "/p", "system": "Linux",
        "machine": "x86_64", "libc": ["glibc", "2.36"], "distributions": {}, "modules": [], **words,
    }  # fmt: skip
    return Interpreter.parse("/python", told)


def texts(requirements):
    return [str(one) for one in requirements]


def test_the_block_of_a_script_is_read_as_the_specification_says(tmp_path):
    script = tmp_path / "study.py"
    script.write_text('x = 1\n# /// script\n# dependencies = [\n#   "numpy>=2",  # why\n#   "rich",\n# ]\n# ///\n')

    assert texts(pins.script_block(script)) == ["numpy>=2", "rich"]


@pytest.mark.parametrize("text", ["x = 1\n", "# /// other\n# a = 1\n# ///\n", "# /// script\n# never ended\n"])
def test_a_script_without_a_whole_block_has_none(tmp_path, text):
    script = tmp_path / "study.py"
    script.write_text(text)

    assert pins.script_block(script) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# /// script\n# dependencies = [\n# ///\n", "not TOML"),
        ('# /// script\n# dependencies = ["numpy >> 2"]\n# ///\n', "'numpy >> 2' is not a requirement"),
        ('# /// script\n# dependencies = "numpy"\n# ///\n', "not a list"),
        ("# /// script\n# a = 1\n# ///\n\n# /// script\n# a = 1\n# ///\n", "more than one"),
    ],
)
def test_a_broken_block_is_an_error_that_names_the_script(tmp_path, text, said):
    script = tmp_path / "study.py"
    script.write_text(text)

    with pytest.raises(ConfigError, match=said) as raised:
        pins.script_block(script)
    assert str(script) in str(raised.value)


def test_a_requirements_file_is_read_line_by_line(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text(
        '# mine\nnumpy==2.0 --hash=sha256:ab \\\n    --hash=sha256:cd\n\nrich ; python_version > "3"  # x\n'
    )

    assert texts(read_requirements(path)) == ["numpy==2.0", 'rich; python_version > "3"']


def test_a_requirements_file_may_name_another(tmp_path):
    (tmp_path / "base.txt").write_text("rich\n")
    path = tmp_path / "requirements.txt"
    path.write_text("-r base.txt\nnumpy\n")

    assert texts(read_requirements(path)) == ["rich", "numpy"]


def test_an_environment_of_conda_is_read_as_packages_of_an_index(tmp_path):
    path = tmp_path / "environment.yml"
    path.write_text(
        "name: fit\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - numpy=1.26  # why\n"
        "  - conda-forge::scipy>=1.10,<2\n  - pip\n  - python-dateutil\n  - pip:\n      - rich==13.0\nprefix: /x\n"
    )

    wanted = ["numpy==1.26.*", "scipy<2,>=1.10", "python-dateutil", "rich==13.0"]
    assert texts(read_conda(path)) == wanted
    assert texts(pins.wanted_by(str(path), (), (), None).requirements) == wanted


def test_what_a_project_allows_limits_what_its_imports_need(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["tiny<2", "rich", "other>1; extra == \'x\'"]\n'
    )
    needs = (NeededDistribution("tiny", "2.0", "tiny", "study.py line 1"),)

    wanted = pins.wanted_by("auto", needs, (), tmp_path / "study.py")

    assert texts(wanted.requirements) == ["tiny"]
    assert texts(wanted.constraints) == ["tiny<2"]


def test_an_option_in_a_requirements_file_is_refused_with_its_line(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text("numpy\n--index-url https://index.test\n")

    with pytest.raises(ConfigError, match=r"requirements\.txt:2"):
        read_requirements(path)


def test_lock_files_of_both_kinds_say_versions_but_not_of_the_project_itself(tmp_path):
    (tmp_path / "uv.lock").write_text(
        '[[package]]\nname = "Big_One"\nversion = "1.0"\n'
        '[[package]]\nname = "me"\nversion = "0"\nsource = { editable = "." }\n'
    )
    (tmp_path / "pylock.toml").write_text('[[packages]]\nname = "two"\nversion = "2.0"\n')

    assert pins.read_lock(tmp_path / "uv.lock") == {"big-one": "1.0"}
    assert pins.read_lock(tmp_path / "pylock.toml") == {"two": "2.0"}


def test_environment_project_takes_the_dependencies_of_the_nearest_project(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["rich>=13"]\n')
    below = tmp_path / "src"
    below.mkdir()

    assert texts(pins.wanted_by("project", (), (), below / "study.py").requirements) == ["rich>=13"]


def test_a_word_that_is_no_environment_is_an_error_that_lists_what_may_be_said(tmp_path):
    with pytest.raises(ConfigError, match="neither a file here nor a way") as raised:
        pins.wanted_by("myenv", (), (), tmp_path / "study.py")
    assert '"requirements.txt"' in str(raised.value)


@pytest.mark.parametrize(
    ("need", "there", "modules", "strict", "lacks"),
    [
        (("numpy", "2.0", "numpy"), {"numpy": "1.0"}, [], False, False),
        (("numpy", "2.0", "numpy"), {"numpy": "1.0"}, [], True, True),
        (("numpy", "2.0", "numpy"), {"numpy": "2.0"}, [], True, False),
        (("opencv-python", "4.0", "cv2"), {"opencv-python-headless": "4.0"}, ["cv2"], False, False),
        (("Ruamel_YAML", "1", "ruamel"), {"ruamel-yaml": "1"}, [], False, False),
        (("numpy", "2.0", "numpy"), {}, [], False, True),
    ],
)
def test_the_interpreter_lacks_what_it_has_under_no_name(need, there, modules, strict, lacks):
    name, version, module = need
    needs = [NeededDistribution(name, version, module, "study.py line 1")]

    found = lacking(needs, interpreter(distributions=there, modules=modules), strict=strict)

    assert bool(found) is lacks


def test_an_explicit_requirement_is_met_by_a_version_that_it_allows():
    has = interpreter(distributions={"numpy": "2.0", "odd": "not-a-version"})
    asked = [parse(text, "here") for text in ("numpy>=2", "numpy<2", "odd", "odd>1", "rich", "numpy[x]")]

    assert texts(lacking_requirements(asked, has)) == ["numpy<2", "odd>1", "rich", "numpy[x]"]


@pytest.mark.parametrize(
    ("machine", "libc", "platform"),
    [
        ("x86_64", ["glibc", "2.17"], "x86_64-manylinux_2_17"),
        ("x86_64", ["glibc", "2.30"], "x86_64-manylinux_2_28"),
        ("aarch64", ["glibc", "2.99"], "aarch64-manylinux_2_40"),
        ("x86_64", None, "x86_64-unknown-linux-musl"),
    ],
)
def test_a_machine_has_the_name_that_uv_knows_it_by(machine, libc, platform):
    assert platform_of(interpreter(machine=machine, libc=libc)) == platform


def test_a_machine_that_no_wheels_are_for_is_an_error():
    with pytest.raises(EnvironmentBuildError, match=r"linux x86_64, glibc 2\.12"):
        platform_of(interpreter(libc=["glibc", "2.12"]))


def test_of_what_uv_says_the_reason_is_kept():
    said = (
        "warning: The requested Python version 3.9.18 is not available\n"
        "error: No solution found when resolving dependencies\n"
        "  cause: Because all versions of docopt have no usable wheels and you require docopt, we can conclude\n\n"
        "hint: Wheels are required for `docopt`\n"
    )

    assert reasons(said).startswith("No solution found when resolving dependencies: Because all versions of docopt")
    assert not_found(said) == ["docopt"]
