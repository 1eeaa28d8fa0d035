"""The plugin as Airflow loads it: every route of the hub's pages stands behind the UI's own user."""

import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

PLUGINS = Path(__file__).parents[2] / "dags" / "plugins"


@pytest.fixture
def app(bag: Any, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ARG001  once Airflow is imported
    """The pages, as the plugin gives them to Airflow to mount."""
    monkeypatch.syspath_prepend(PLUGINS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Airflow's own imports
        (mounted,) = import_module("liantiao_pages").LiantiaoPages.fastapi_apps
    assert mounted["url_prefix"] == "/hub"
    return mounted["app"]


def _calls(dependant: Any) -> Iterator[str]:
    """Every function a route depends on, at any depth."""
    for each in dependant.dependencies:
        yield f"{each.call.__module__}.{getattr(each.call, '__name__', type(each.call).__name__)}"
        yield from _calls(each)


def test_no_route_is_open(app: Any) -> None:
    routes = {f"{sorted(route.methods)} {route.path}": set(_calls(route.dependant)) for route in app.routes}
    assert len(routes) >= 14, "a page went missing"
    for route, calls in routes.items():
        assert "liantiao_door.may_see" in calls, route
        assert "airflow.api_fastapi.core_api.security.get_user" in calls, route
    assert [route for route in routes if "POST" in route] == [
        route for route, calls in routes.items() if "liantiao_door.visiting" in calls
    ]
