"""What a world of acting firms has to show: exits, review, prices, sizes, survival, pay."""
