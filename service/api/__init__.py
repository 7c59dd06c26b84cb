"""JSON doors. The hot one, `authzen`, stands in front of FastAPI as plain ASGI."""
