"""Simulated agency systems for the demo and the tests: what stands outside the hub.

Everything here knows the contract and its own native formats; of ours it may use `hub.client`, `hub.port`,
`hub.settings` and `hub.errors`, nothing else.
"""
