"""A person at a real browser: logs in by the form, looks at pages, leaves pictures."""

import asyncio
import os
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.airflow.live import LiveAirflow
from tests.leaks import persons_in
from tests.live import LiveHub

T = TypeVar("T")
OUTPUT = Path(__file__).parents[2] / "test-output"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; its absence is a skip, and a failure where one is required."""
    if CHROMIUM is None:
        if os.environ.get("LIANTIAO_REQUIRE_BROWSER"):
            pytest.fail("a browser is required here and none is installed")
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield opened
        opened.close()


def page_of(browser: Browser, airflow: LiveAirflow, account: str, locale: str = "zh-CN") -> Page:
    """A page of somebody who has logged in by the form."""
    page = browser.new_context(locale=locale, viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{airflow.url}/auth/login")
    page.fill("input[name=username]", account)
    page.fill("input[name=password]", airflow.accounts[account])
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/auth/login" not in url)
    return page


def seen(page: Page, name: str) -> None:
    """A picture for people to look at, of something that is there; on no page stands a person."""
    for frame in page.frames:
        assert persons_in(frame.locator("body").inner_text()) == set(), name
    OUTPUT.mkdir(exist_ok=True)
    page.screenshot(path=OUTPUT / f"airflow-{name}.png", full_page=True)


def ask(hub: LiveHub, query: str, *args: object) -> asyncpg.Record:
    """One row of the hub's database."""
    return apart(asked(hub.settings.database_url or "", query, *args))


def apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on another thread: the browser's own loop holds this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


async def asked(url: str, query: str, *args: object) -> asyncpg.Record:
    conn = await asyncpg.connect(url)
    try:
        return await conn.fetchrow(query, *args)
    finally:
        await conn.close()
