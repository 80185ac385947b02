PLUGINS = "."
