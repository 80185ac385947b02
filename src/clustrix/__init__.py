"""Decorate a function, call it, and it runs on a cluster."""
