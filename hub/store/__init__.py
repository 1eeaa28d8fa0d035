"""The store: tables, queries, migrations, the embedded server. Touches the database and its files."""
