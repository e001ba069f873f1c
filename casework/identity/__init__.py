"""Who is at the other end: linking a chat to a record, and what is known of a number."""
