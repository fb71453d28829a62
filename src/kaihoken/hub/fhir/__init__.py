"""FHIR R4 over HTTP: its routes, its refusals, what it says it can do."""
