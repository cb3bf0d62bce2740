"""The links of an engineer's SMS: reading shows, only a button acts."""
