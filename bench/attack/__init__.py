"""What attacks ibid from outside: askers, sources, servers that are fetched from, and models.  See `__main__`."""
