"""A census as tables. Needed at home only, so it is not shipped."""

from collections import defaultdict
from operator import attrgetter

PACKAGES_SHOWN = 8
FUNCTIONS_SHOWN = 5
COLUMNS = "{:<16}{:>9}{:>10}{:>11}{:>9}{:>13}{:>13}"


def report(census):
    """Write the whole census out."""
    return "\n".join([*packages(census), "", *functions(census, "lines"), "", *functions(census, "complexity")])


def packages(census):
    """Return the largest packages, a line each, and their sum."""
    groups = defaultdict(list)
    for module in census.modules:
        groups[module.package].append(module)
    largest = sorted(groups.items(), key=lambda item: -sum(module.lines for module in item[1]))
    yield COLUMNS.format("package", "modules", "lines", "functions", "classes", "documented", "complexity")
    for package, modules in largest[:PACKAGES_SHOWN]:
        yield row(package, modules)
    if len(largest) > PACKAGES_SHOWN:
        yield row(
            "{} others".format(len(largest) - PACKAGES_SHOWN), [m for _, ms in largest[PACKAGES_SHOWN:] for m in ms]
        )
    yield row("all", census.modules)


def row(title, modules):
    """Sum up some modules."""
    found = [function for module in modules for function in module.functions]
    documented = sum(function.documented for function in found) / max(1, len(found))
    complexity = sum(function.complexity for function in found) / max(1, len(found))
    return COLUMNS.format(
        title,
        len(modules),
        format(sum(module.lines for module in modules), ","),
        format(len(found), ","),
        format(sum(module.classes for module in modules), ","),
        format(documented, ".0%"),
        format(complexity, ".1f"),
    )


def functions(census, measure):
    """Return the functions with the most of something."""
    value = attrgetter(measure)
    yield "most {}".format(measure)
    for function in sorted(census.functions(), key=value, reverse=True)[:FUNCTIONS_SHOWN]:
        place = "{}.{}, line {}".format(function.module, function.name, function.line)
        yield "{:>7}  {}".format(value(function), place)
