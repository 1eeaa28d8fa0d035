"""What an agency system uses to talk to the hub: sign, send, poll, receive, verify.

Knows the wire contract and nothing of the hub's inside. Start at `hub.client.agent.Agent`.
"""
