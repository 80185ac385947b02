NAME = "conf"
