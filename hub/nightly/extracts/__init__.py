"""What `share` is made of: columns by schema, rows by unit, files of a package. Imported by `share` only."""
