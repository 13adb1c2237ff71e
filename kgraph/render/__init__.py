"""What the commands print: results as JSON and as text for people. Pure functions to strings."""
