"""Measures the way in against reference builds on the same machine, server and messages. See README.md."""
