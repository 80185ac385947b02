"""What was imported from a local module that binds it to one thing in one Python, and to another thing in another.

    from compat import PY39, prod, tomllib

The cluster's Python answers for itself there: they go by the module's name, not as what they are here, and a flag among them tells what it can.
"""

from __future__ import annotations

import sys
import types
from typing import Any

from clustrix.capture.definitions.sources import interactive_sources
from clustrix.capture.module_state.same_objects import Origin
from clustrix.capture.modules.found_modules import module_source
from clustrix.capture.modules.importable import object_at
from clustrix.capture.other_pythons.choices import Imported, local_module, names_imported, names_of_choices
from clustrix.capture.other_pythons.left_out import names_chosen


def chosen_origins(namespace: dict[str, Any]) -> dict[str, Origin]:
    """The globals that are still what they were imported as from such modules."""
    package = str(namespace.get("__package__") or "")
    found: dict[str, Origin] = {}
    for source in interactive_sources(namespace):
        for one in names_imported(source.tree, package):
            if one.alias in namespace and one.alias not in found and _is_chosen_there(one, namespace[one.alias]):
                found[one.alias] = Origin(one.module, one.name)
    return found


def _is_chosen_there(one: Imported, value: Any) -> bool:
    module = sys.modules.get(one.module)
    if module is None or object_at(module, one.name) is not value:
        return False
    if isinstance(value, (types.FunctionType, type)) and value.__module__ == one.module:
        return False
    found = local_module(one.module)
    is_imported = found is not None and one.name in names_chosen(module_source(found).tree)
    return one.name in names_of_choices(one.module) or (is_imported and isinstance(value, (types.FunctionType, type)))
