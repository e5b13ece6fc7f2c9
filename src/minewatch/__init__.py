"""minewatch finds cryptocurrency mining on a power grid and carries a clean-up order through, fairly and provably."""

__all__ = ["__version__"]

__version__ = "0.1.0"
