"""Serves a reference build with the very uvicorn settings of the hub.

`python -m bench.server NAME PORT [CONFIG]`
"""

import sys

import uvicorn
from fastapi import FastAPI

from hub.cli.serve import UVICORN


def main() -> None:
    """Entry point of the process."""
    name, port = sys.argv[1], int(sys.argv[2])
    config = uvicorn.Config(_app(name), host="127.0.0.1", port=port, **UVICORN)
    uvicorn.Server(config).run()


def _app(name: str) -> FastAPI:
    # The do-nothing build must not carry what the other one imports.
    if name == "nothing":
        from bench import nothing

        return nothing.create_app()
    from bench import straightforward

    return straightforward.create_app(sys.argv[3])


if __name__ == "__main__":
    main()
