"""What registers allow, over plain values (Act 5, Order 11)."""
