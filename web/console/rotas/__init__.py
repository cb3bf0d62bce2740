"""Rotas in the console: seen, changed, exchanged."""
