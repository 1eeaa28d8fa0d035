"""Alembic's folder: `env.py` and the versions. Run by `hub.store.migrate` only."""
