-- Undoing a merge takes along what was claimed meanwhile (`hub/exchange/subsidies.py`).
GRANT UPDATE (dispute) ON subsidy_claim TO liantiao_hub;
