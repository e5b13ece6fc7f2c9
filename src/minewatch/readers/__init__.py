"""Ears: one module a format; a file in, a table and issues out."""
