"""The strongest public peer in sizing, service-capacity-modeling, beside our search: same inputs, its formula, its prices.

It needs an older scipy than ours, so it runs in an environment of its own (`.venv-peer`, made by `make bench`).
"""
