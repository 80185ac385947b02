FACTOR = globals().get("FACTOR", 1)
steps = [FACTOR, FACTOR * 2]
