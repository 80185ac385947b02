"""Objects that pickle refuses, or carries by a name that is not there on the other side; and which objects can travel at all."""
