"""Who may sign in, and what programs may ask."""
