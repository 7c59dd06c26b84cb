"""What people read, whichever door they come through: within the reach of a role, as far as the table of entitlements lets it see."""
