"""What the service sends to others of its record: the monthly return and the annual activity survey."""
