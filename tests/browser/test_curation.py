"""The path of a fact: one curator edits it, another publishes it by keyboard, readers see it, and it is undone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import signed_in_curator
from tests.site import Site

SOURCE = "https://example.org/joins"
