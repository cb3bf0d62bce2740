"""A ticket's life: reference, states, clocks, chained events.

PURE: values in, values out. `now` is an argument, an aware datetime. Imports no other package of ours."""
