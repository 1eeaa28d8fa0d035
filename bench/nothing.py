"""The do-nothing build: a FastAPI POST that takes the same body and answers. The least a request costs."""

from fastapi import FastAPI, Request


def create_app() -> FastAPI:
    """One route, in the way FastAPI is written."""
    app = FastAPI()

    @app.post("/v1/messages", status_code=202)
    async def take(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    return app
