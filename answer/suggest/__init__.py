"""What can be asked of documents: questions made of their headings and definitions, and asked of their index."""
