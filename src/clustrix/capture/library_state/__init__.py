"""What a program has told the interpreter and other people's modules, for all code that runs after."""
