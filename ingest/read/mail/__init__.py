"""Messages of mail, and what is attached to them."""
