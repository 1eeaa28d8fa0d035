"""`python -m hub.cli`: the same as `liantiao`."""

from hub.cli.main import main

main()
