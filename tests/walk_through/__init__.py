"""A made document of a ward that has none here, and the edits that bring it into the database."""
