"""The half of clustrix that runs on the cluster: Python 3.6 or later, standard library only.

Nothing here imports ``clustrix``; the client imports this package for what both sides must agree on.
"""

__version__ = "0.1.0"
