KIND = "fast"
