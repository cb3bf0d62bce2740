"""What all commands share: what is typed, asked, written."""
