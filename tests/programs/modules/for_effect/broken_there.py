import os
if os.environ.get("ON_CLUSTER"): raise OSError("no")
