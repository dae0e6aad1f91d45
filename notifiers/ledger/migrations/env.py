"""Alembic's entry: runs the revisions on the connection, in the transaction, that ``schema`` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
