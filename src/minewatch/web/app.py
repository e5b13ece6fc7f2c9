"""The application: pages, the guard that all of them stand behind, and the files they need."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from minewatch import __version__
from minewatch.web import (
    account,
    api_schema,
    audit,
    campaigns,
    case_steps,
    cases,
    data,
    draws,
    errors,
    findings,
    grid,
    home,
    law,
    oidc,
    people,
    script,
    sign_in,
    visits,
    wall,
)
from minewatch.web.console import Console
from minewatch.web.context import guard
from minewatch.web.headers import Protection

ROUTERS: tuple[APIRouter, ...] = (
    sign_in.router,
    oidc.router,
    home.router,
    account.router,
    grid.router,
    law.router,
    data.router,
    audit.router,
    people.router,
    wall.router,
    cases.router,
    case_steps.router,
    campaigns.router,
    draws.router,
    findings.router,
    visits.router,
    script.router,
    api_schema.router,
    *api_schema.API_ROUTERS,
)
STATIC = Path(__file__).parent / "static"
FLUSHED_EVERY = 1.0


def make_app(console: Console) -> FastAPI:
    """Return the application that serves ``console``."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_keep_flushing, console)
            yield
            tasks.cancel_scope.cancel()
        console.flush()

    middleware = [Middleware(Protection, console=console)]
    if console.reached.names:
        middleware.append(Middleware(TrustedHostMiddleware, allowed_hosts=list(console.reached.names)))
    app = FastAPI(
        title="minewatch",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(guard)],
        middleware=middleware,
        lifespan=lifespan,
    )
    app.state.console = console
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


async def _keep_flushing(console: Console) -> None:
    while True:
        await anyio.sleep(FLUSHED_EVERY)
        await anyio.to_thread.run_sync(console.flush)
