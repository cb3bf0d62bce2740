"""The directory edited field by field: one table of what a section has, one page for all of them."""
