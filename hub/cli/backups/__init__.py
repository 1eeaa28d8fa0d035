"""A backup in a folder: `manifest` says what is in it, `making` writes it, `restoring` brings it back."""
