"""A browser for tests: skipped where there is none, but failed in CI, which has one."""

import os
import shutil
from contextlib import contextmanager

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def chromium(*flags):
    """A browser that runs meanwhile, without a window."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:  # who only wants to learn needs no browser of this kind
        lacks = pytest.fail if os.environ.get("CI") else pytest.skip
        lacks(f"There is none of {', '.join(BROWSERS)} here.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            browser.close()
