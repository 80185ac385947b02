"""How a function or class that no import brings back is made again: where its source stands, and what it has become."""
