"""Generations are published in an object store, and pulled from there."""
