"""The console: who is on call, what goes on, tickets, calls, rotas, accounts. For our own people."""
