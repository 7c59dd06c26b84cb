"""Handler scopes and named lists (Act 5, Act 10(3)(i), Act 10(4))."""
