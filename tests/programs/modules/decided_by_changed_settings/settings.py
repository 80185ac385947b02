BACKEND = "none"
SCALE = 1
