"""The evidence log: hash tree, entries, signed checkpoints, bundles and their offline verifier."""
