"""A phone to text with while there is no Twilio."""
