I = "inside"
