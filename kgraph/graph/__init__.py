"""The graph: types to RDF, the store, guarded SPARQL, cards of concepts, serialisations."""
