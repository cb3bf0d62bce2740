"""Standby as an employer counts it: notice of a turn, rest after work, hours of a month and what they are worth.

PURE. Rules are each employer's own parameters; the defaults are the Labour Code's where no agreement says otherwise.
What is said here helps those who answer for it, and is no legal advice."""
