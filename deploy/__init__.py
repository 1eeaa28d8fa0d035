"""Recipes for running the hub, and the list of what it is built from."""
