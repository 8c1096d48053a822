"""A conference that looks real and is made up, from a seed: `manage.py demo`.

The words are in material/*.toml. Everything is built in memory, edition by edition, and
written in bulk by `Writer`; the same seed on the same date gives the same content.
"""
