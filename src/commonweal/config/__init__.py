"""Settings, urls, asgi, worker, wiring. Nobody imports it."""
