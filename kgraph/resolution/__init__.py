"""What resolution is made of: names, transliteration, compounds, clusters, labels, matching."""
