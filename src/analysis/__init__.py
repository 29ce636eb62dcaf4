"""Tokyo wards' digital-transformation plans as a curated, citable database, and what researchers ask of it."""
