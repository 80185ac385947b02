V = "vendored"
