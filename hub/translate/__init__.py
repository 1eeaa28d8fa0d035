"""Bytes to native records, records to the shared form and back; pure: no clock, network, store or logger."""
