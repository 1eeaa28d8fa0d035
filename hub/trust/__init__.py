"""Who sent exactly this, who may see what, and how it lies at rest: tokens, keys, sealing, views.

Pure: keys, clock readings and rows come in as arguments; nothing here touches the network, the database
or a file.
"""
