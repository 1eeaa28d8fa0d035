"""Forms on paper: what a form says (`model`), the same as DOCX and PDF; a font, and the way through Typst.

Knows no law, store or network.
"""
