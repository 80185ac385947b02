"""What stands in a job for what cannot be had there says so to whoever uses it, and where that was."""

import pytest

from clustrix_remote.placeholders import not_here, stays_at_home


def multiply(product):
    return product([2, 3])


def test_a_function_that_an_older_python_lacks_is_told_with_the_line_that_uses_it():
    product = not_here("math.prod", AttributeError("Can't get attribute 'prod'"))
    with pytest.raises(
        AttributeError, match=r"math.prod used by multiply\(\), test_stand_ins.py line 9: it is not in this Python"
    ):
        multiply(product)


def test_a_module_that_is_not_there_raises_the_error_of_its_import():
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'graphlib'$"):
        not_here("graphlib.Sorter", ModuleNotFoundError("No module named 'graphlib'"))()


@pytest.mark.parametrize(
    "use",
    [next, iter, len, str, int, abs, list, "with".join, lambda it: it.rows, lambda it: it[0], lambda it: it + 1, lambda it: 1 - it, lambda it: -it],
)  # fmt: skip
def test_whatever_is_done_with_what_stayed_at_home_says_that_it_stayed(use):
    with pytest.raises(RuntimeError, match=r"global conn used by .*, test_.*: it stayed"):
        use(stays_at_home("conn", "global conn", "it stayed"))


def test_entering_what_stayed_at_home_says_that_it_stayed():
    guard = stays_at_home("guard", "global guard", "it stayed")
    with pytest.raises(RuntimeError, match="it stayed"), guard:
        pass
