"""Who is woken, and when: rotas, escalation, standby law.

PURE: values in, values out. `now` is an argument, an aware datetime. Imports no other package of ours."""
