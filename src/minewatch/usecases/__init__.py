"""Verbs: one function a use case, the ports it needs, the engines, and the wiring."""
