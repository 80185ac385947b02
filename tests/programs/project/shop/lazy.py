VALUE = "lazy"
