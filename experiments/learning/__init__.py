"""Governments that learn: the market as a PettingZoo environment, and an example that trains."""
