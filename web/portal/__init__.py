"""The portal: a client's people declare, follow, answer and escalate; they see their own client's tickets alone."""
