"""Curation: cited records in, curated tables out."""
