"""The directory of a support line and what it means: hours, public holidays, telephone numbers. Rules only."""
