"""Figures with limits (`make bench`). Importing the package sets Django up, for the benchmarks that send requests."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
