"""Run the steps on the connection that `database.upgraded` hands over; alembic runs this file."""

from alembic import context

from support_bot.conversations.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
