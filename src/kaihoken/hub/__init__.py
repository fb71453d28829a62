"""The central system: one ASGI application over one store and one log. Assembly only; decisions live below."""
