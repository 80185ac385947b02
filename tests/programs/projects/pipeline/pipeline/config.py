DEFAULTS = {"scale": 1}
