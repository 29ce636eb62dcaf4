"""Exports of the curated database in open formats."""
