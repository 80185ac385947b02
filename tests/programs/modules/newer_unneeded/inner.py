LIMIT: int = max(3, 4)
