"""What is printed or filed: documents as PDF."""
