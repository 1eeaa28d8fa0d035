"""Typical cases on their way to the public: rewritten, held against their persons, signed by two, published.

A `typical_case` message is a candidate. Nothing in it is public before two persons of two units signed it,
and none can sign what still gives somebody away. Knows the database, the seals and `hub.trust`; the routes
call `drafting`, `signing` and `shelf`, the batch calls `ending`.
"""
