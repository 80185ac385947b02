"""What a running program has made of its own modules: what their source does not say, and another import would not bring."""
