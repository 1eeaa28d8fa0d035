"""liantiao: the exchange hub. Rooms are described in docs/architecture.md; imports point one way."""
