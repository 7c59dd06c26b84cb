"""What waits for a second person (決裁): proposals, their thread, and how they end. Knows payloads, not rooms."""
