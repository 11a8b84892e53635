"""What there is to read: a folder, or a manifest, and the files in it."""
