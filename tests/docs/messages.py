"""What clustrix's own errors say, read from its source: each as text in which … stands for what differs each time."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from clustrix import errors
from tests.docs.pages import ROOT

KINDS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.ClustrixError)
}
SOURCES = sorted((ROOT / "src" / "clustrix").rglob("*.py"))
#: Words of other errors, passed on or told with a place; nothing is said here.
PASSED_ON = {"error.what", "str(error)", "cannot.hint", "what"}


@dataclass(frozen=True)
class Site:
    """A place that makes an error, and what it may say; ``says`` is empty if that cannot be read from the source."""

    place: str
    kind: str
    says: tuple[str, ...]


def sites() -> Iterator[Site]:
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            for node in own_nodes(function):
                if isinstance(node, ast.Call) and node.args:
                    kind = node.func.id if isinstance(node.func, ast.Name) else ""
                    if kind in KINDS:
                        says = tuple(dict.fromkeys(texts(node.args[0], function, tree)))
                        yield Site(f"{path.relative_to(ROOT / 'src')}:{node.lineno}", kind, says)


def own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What stands in a function, without the functions in it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from own_nodes(child)  # type: ignore[arg-type]


def texts(node: ast.expr, function: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    """What an expression may be; names are looked for in the function, and at the calls of it if they are parameters."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in values)
        case ast.IfExp():
            yield from texts(node.body, function, tree)
            yield from texts(node.orelse, function, tree)
        case ast.BinOp(left=left, op=ast.Add()):
            for begun in texts(left, function, tree):
                yield begun.rstrip("…") + "…"
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[ast.List(elts=[first, *_])]):
            for begun in texts(first, function, tree):
                yield f"{begun}…"
        case ast.Name(id=name):
            yield from texts_of_name(name, function, tree)
        case ast.Call(func=ast.Name(id=called)):
            yield from texts_returned(called, tree)


def texts_returned(called: str, tree: ast.Module) -> Iterator[str]:
    """What a function of the module may return."""
    for found in ast.walk(tree):
        if isinstance(found, ast.FunctionDef) and found.name == called:
            for returned in ast.walk(found):
                if isinstance(returned, ast.Return) and returned.value is not None:
                    yield from texts(returned.value, found, tree)


def texts_of_name(name: str, function: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    parameters = [one.arg for one in function.args.args]
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield from texts(node.value, function, tree)
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for one, value in zip(target.elts, node.value.elts, strict=True):
                        if isinstance(one, ast.Name) and one.id == name:
                            yield from texts(value, function, tree)
    if name in parameters:
        at = parameters.index(name)
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == function.name
                and len(node.args) > at
            ):
                yield from texts(node.args[at], function, tree)


def in_words(text: str) -> str:
    """As a page has it: one line, one … for several things side by side."""
    text = " ".join(text.split())
    while "……" in text:
        text = text.replace("……", "…")
    return text.strip()


if __name__ == "__main__":
    page = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    for site in sites():
        for text in site.says or ("???",):
            if f"`{in_words(text)}`" not in page:
                print(f"{site.place} {site.kind}: {in_words(text)}")
