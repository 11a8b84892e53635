"""PDF: a page of glyphs becomes lines, blocks, tables and notes."""
