"""What lies on the disk: generations, the cache, stored notes."""
