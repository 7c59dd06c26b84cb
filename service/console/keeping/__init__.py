"""Administration: accounts, roles, applications, settings, health."""
