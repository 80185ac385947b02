PREFIX = "said "
