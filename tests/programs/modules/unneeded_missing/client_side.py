import os
if os.environ.get("ON_CLUSTER"): raise SystemError("client only")
X = 1
