"""The store: tables, queries, migrations, the embedded server. May touch the database and the data directory."""
