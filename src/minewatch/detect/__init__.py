"""Suspicion: detectors turn tables into evidence and findings."""
