"""Every kind of file becomes the same thing: the pieces of its text, in the order of reading."""
