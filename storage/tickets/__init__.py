"""Tickets, their journal, and what is counted of them."""
