VALUE = "thing"
