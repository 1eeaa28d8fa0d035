"""One folder per agency. The hub finds them by folder; they import `hub.port` and nothing else of ours."""
