"""The exchange: a message's way in (intake to writer) and its way out (outbox to receivers), and files.

Binds the pure rooms (law, translate, trust) to the store; knows nothing of HTTP routes.
"""
