"""The audit: a chain of everything that was decided and said, which shows when somebody has changed it."""
