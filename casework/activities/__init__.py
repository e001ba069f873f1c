"""What young people are doing: coded by rules, current for a time, never overwritten."""
