L = "late"
