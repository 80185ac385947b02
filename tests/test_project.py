"""What we hand out: the wheel, the lock, ./dev, the promises of the README."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_wheel_holds_both_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    sources = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert inside == sources
    assert {"clustrix/py.typed", "clustrix_remote/py.typed"} <= inside


def test_version_is_written_once(wheel: zipfile.ZipFile) -> None:
    from clustrix_remote import __version__

    assert Path(str(wheel.filename)).name.startswith(f"clustrix-{__version__}-")


def test_lock_names_public_hosts_only() -> None:
    text = (ROOT / "uv.lock").read_text()
    assert set(re.findall(r"https?://([^/\"]+)", text)) == PUBLIC_HOSTS
    sources = [package["source"] for package in tomllib.loads(text)["package"]]
    assert {source.get("registry", "editable") for source in sources} == {"https://pypi.org/simple", "editable"}


def test_lock_is_up_to_date() -> None:
    locked = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    (own,) = (package for package in locked if package["name"] == "clustrix")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {re.split(r"[<>=!~]", name)[0] for name in project["project"]["dependencies"]}
    assert {dependency["name"] for dependency in own["dependencies"]} == wanted


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_each_command_that_a_page_tells_exists(page: str) -> None:
    known = set(re.findall(r"^ {4}([a-z]+)\) ", (ROOT / "dev").read_text(), re.MULTILINE))
    told = set(re.findall(r"\./dev ([a-z]+)", (ROOT / page).read_text()))
    assert told
    assert told <= known


def test_dev_lists_its_commands() -> None:
    listed = run("./dev")
    assert listed.returncode == 0
    assert "./dev demo" in listed.stdout


def test_dev_refuses_what_it_does_not_know() -> None:
    refused = run("./dev", "no-such-command")
    assert refused.returncode == 1
    assert "no command 'no-such-command'; ./dev help lists them" in refused.stderr


def test_relative_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.xdist_group("a-group")
def test_groups_of_tests_are_known_to_who_hands_them_out(request: pytest.FixtureRequest) -> None:
    # A set-up that takes minutes is made by one worker only if xdist finds the group in the test's name.
    if not hasattr(request.config, "workerinput"):
        pytest.skip("all tests run in this process")

    assert request.node.nodeid.endswith("@a-group")
