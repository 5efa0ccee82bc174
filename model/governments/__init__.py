"""Governments that act: what they observe, how they decide, what it costs."""
