"""What a caller hears: line, hours, dialogue, prompts.

PURE: values in, values out. `now` is an argument, an aware datetime. Imports oncall, tickets and
recordings, and nothing that can touch a file, a socket or a clock."""
