"""The documentation's pages and their code blocks.

What is to be done with a block is said in a comment above it, which no reader sees, or for a page at its top:

    <!-- cluster -->              all blocks of the page run against the test cluster, as login.hpc.edu
    <!-- not run: REASON -->      the next block is not run
    <!-- pytest -->               the next block is a file of tests
    <!-- cell -->                 the next block is a cell of a notebook; the page's cells are run in their order
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
#: Not for readers of the documentation, and full of what one should not write.
NO_PAGES = {"CONTRIBUTING.md", "CHANGELOG.md"}
RUN = ("python", "sh")


@dataclass(frozen=True)
class Block:
    """A code block: ``line`` is that of its first line of code, counted from 1; ``comment`` what stands above it."""

    language: str
    code: str
    line: int
    comment: str = ""

    @property
    def file(self) -> str | None:
        """The name of the file that it is, if its first line says so."""
        named = re.match(r"# (\w+\.py)\n", self.code)
        return named[1] if named else None


@dataclass(frozen=True)
class Page:
    path: Path
    text: str

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def on_cluster(self) -> bool:
        return self.text.startswith("<!-- cluster -->")

    @property
    def blocks(self) -> list[Block]:
        found = []
        pattern = r"(?:^<!-- (?P<comment>[^\n]*?) -->\n+)?^```(?P<language>[\w{}:-]*)\n(?P<code>.*?)^```$"
        for match in re.finditer(pattern, self.text, re.DOTALL | re.MULTILINE):
            line = self.text.count("\n", 0, match.start("code")) + 1
            found.append(Block(match["language"], match["code"], line, match["comment"] or ""))
        return found

    def to_run(self, language: str) -> list[Block]:
        return [block for block in self.blocks if block.language == language and not block.comment]

    def cells(self) -> list[str]:
        return [block.code for block in self.blocks if block.comment == "cell"]

    def script(self) -> str:
        """The page's Python, each line where it is in the page."""
        lines = [""] * (self.text.count("\n") + 1)
        for block in self.to_run("python"):
            lines[block.line - 1 : block.line - 1 + block.code.count("\n")] = block.code.splitlines()
        return "\n".join(lines) + "\n"


def all_pages() -> list[Page]:
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [Page(path, path.read_text(encoding="utf-8")) for path in paths if "_build" not in path.parts]
