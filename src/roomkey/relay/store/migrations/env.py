"""Runs migrations over the connection that the relay gives (roomkey.relay.store.engine)."""

from alembic import context

from roomkey.relay.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
