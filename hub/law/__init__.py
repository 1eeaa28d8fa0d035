"""The law room: pure decisions over tables. No clock, network, store or framework is touched here."""

from hub.law.decide import decide

__all__ = ["decide"]
