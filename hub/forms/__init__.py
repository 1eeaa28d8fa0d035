"""Forms on paper: what a form says (`model`), the same as DOCX and PDF. Knows no law, store or network."""
