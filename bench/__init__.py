"""What speed, scale and safety are measured with."""
