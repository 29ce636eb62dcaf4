"""Notebooks as reports: what they show, how they are run, and the self-contained pages they become."""
