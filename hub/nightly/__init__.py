"""The night: reconcile, prove, link, share, report. Its rooms follow; nothing of the exchange needs them."""
