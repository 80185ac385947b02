KIND = "plain"
