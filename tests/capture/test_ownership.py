"""Whose a module is, where that is not plain from its file."""

from __future__ import annotations

import sys

from clustrix.capture.modules.ownership import Owner, owner_of_module


def test_a_test_module_is_the_users_and_a_plugin_that_pytest_loads_alike_is_not():
    mine, plugin = sys.modules[__name__], sys.modules["pytest_timeout"]

    assert type(mine.__loader__) is type(plugin.__loader__)
    assert owner_of_module(mine) is Owner.INTERACTIVE
    assert owner_of_module(plugin) is Owner.INSTALLED
