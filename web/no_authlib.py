"""Flask-Security imports Authlib wherever it is installed: a fifth of a second that most lines have no use for.

Imported before whatever imports Flask-Security; web/signin/provider.py imports Authlib itself, when somebody asks."""

import sys

HEAVY = "authlib.integrations.flask_client"

if HEAVY not in sys.modules:
    sys.modules[HEAVY] = None  # type: ignore[assignment] # as if it were not installed
    try:
        import flask_security  # noqa: F401
    finally:
        del sys.modules[HEAVY]
