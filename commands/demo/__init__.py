"""A line to play with: demonstrations and private lines."""
