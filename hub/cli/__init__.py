"""`liantiao`: the composition root. Reads the settings once, opens what a command needs, prints.

One module for each family of commands; this one puts them together. Nothing runs at import.
"""

from hub.cli.main import main

__all__ = ["main"]
