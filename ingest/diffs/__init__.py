"""What two revisions, or two generations, say otherwise."""
