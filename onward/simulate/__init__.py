"""A year of follow-up with invented young people, on the real record, rules, outbox and sender."""
