"""Rotas over time, and shifts as published."""
