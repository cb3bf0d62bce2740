"""What happens without a request: the engine over due rows, and one handler per kind of row."""
