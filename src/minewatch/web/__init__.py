"""A door: routes, forms and templates of the console and its API. Parse, call a use case, render."""
