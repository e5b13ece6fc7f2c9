"""Paper: a view in, document bytes out."""
