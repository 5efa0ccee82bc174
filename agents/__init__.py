"""Who there is in the market and how one of them decides."""
