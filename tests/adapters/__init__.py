"""The conformance suite: finds every adapter folder and holds it to the same rules."""
