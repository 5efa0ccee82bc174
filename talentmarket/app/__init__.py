"""The page: a world to play with in the browser, its pictures drawn from frozen snapshots."""
