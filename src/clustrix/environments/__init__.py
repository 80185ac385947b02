"""What a call imports is there when it runs: as it is on the cluster already, or built once.

::

    found_pythons  which Pythons there are, in folders and behind modules
    interpreters   which of them runs the call, and what it has
    pins           what is wanted, in which versions
    choice         what of it is lacking there
    locking        the exact wheels (resolution, by uv, here; local_wheels: what no index has)
    build          built there under the key of its lock (wheels: sent where no index can be reached)
    preparation    all of it before a call is submitted
"""

from clustrix.environments.found_pythons import Chosen, newest_between
from clustrix.environments.interpreters import choose_interpreter, has_same_libraries, module_with_python, probe
from clustrix.environments.preparation import Prepared, look, prepare
from clustrix.environments.telling import Telling

__all__ = [
    "Chosen",
    "Prepared",
    "Telling",
    "choose_interpreter",
    "has_same_libraries",
    "look",
    "module_with_python",
    "newest_between",
    "prepare",
    "probe",
]
