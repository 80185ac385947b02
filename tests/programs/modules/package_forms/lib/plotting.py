import os
if os.environ.get("ON_CLUSTER"):
    raise ImportError("no display there")
def plot(): pass
