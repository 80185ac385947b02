raise RuntimeError("nobody imports me")
