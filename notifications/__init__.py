"""What is written to people, and what they write back: SMS, mails, labels. Rules only."""
