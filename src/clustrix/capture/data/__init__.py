"""Which data files a call brings, and how the paths to them are told there."""
