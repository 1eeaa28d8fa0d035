"""One module per version, each with the SQL it runs beside it."""
