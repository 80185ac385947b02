"""Which of the user's modules are shipped: where they are, whose they are, which of their statements a call needs."""
