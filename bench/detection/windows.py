"""The windows of the benchmark, drawn by the same code that draws a workspace's own (``minewatch.rehearsal.windows``)."""

from minewatch.rehearsal.windows import Window, draw

__all__ = ["Window", "draw"]
