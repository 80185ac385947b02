C = "chosen"
