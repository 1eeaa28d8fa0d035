"""The HTTP door: routes to calls, errors to problem documents. Holds no decisions of its own."""
