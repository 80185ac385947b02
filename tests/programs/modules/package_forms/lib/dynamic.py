D = "dynamic"
