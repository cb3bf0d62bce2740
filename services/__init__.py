"""Use cases: one act each, in one transaction. What a decision orders is done here."""
