"""A language model of the user's own: on a server, or in this process.  Nothing of what it says is believed."""
