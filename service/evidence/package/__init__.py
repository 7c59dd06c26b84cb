"""The evidence package: a part of the log that an auditor takes away and checks by themselves. docs/package.md is its contract."""
