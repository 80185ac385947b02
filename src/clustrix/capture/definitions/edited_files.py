"""What a file said when it was imported, where it says something else by now: functions and classes of then may still be held.

``from rules import check`` holds the old one after ``importlib.reload(rules)``, and so does an object of one of its classes.
"""

from __future__ import annotations

import types
from collections.abc import Collection
from typing import Any

from clustrix.capture.definitions.embedded import has_code, is_recent
from clustrix.capture.definitions.sources import Source, parsed_source
from clustrix.capture.modules.found_modules import texts_captured
from clustrix.capture.modules.ownership import is_pytests


def as_imported(
    source: Source, codes: Collection[types.CodeType], namespace: dict[str, Any], anywhere: bool = False
) -> Source | None:
    """The source as it was when it gave these code objects, if its file was written since; None where that stands nowhere any more.

    With ``anywhere`` they may stand at other lines.
    """
    if is_pytests(namespace.get("__loader__")) or not is_recent(source.filename):
        return source
    for text in (source.text, *texts_captured(source.filename)):
        if all(has_code(text, source.filename, code, anywhere=anywhere) for code in codes):
            return parsed_source(source.filename, text)
    return None
