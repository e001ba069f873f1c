"""What providers tell the service of young people, and who it was about."""
