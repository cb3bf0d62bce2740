"""Work declared on standby, and statements as issued."""
