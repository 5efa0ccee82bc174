"""What happens in a month, and the world it happens in."""
