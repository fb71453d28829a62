"""Lists over HTTP: their routes in both carriers, and the jobs of a running hub."""
