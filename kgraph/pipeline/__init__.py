"""From notes to an index: reading, preparing, building, keeping in step."""
