"""The shared form as a workbook to fill in and to read, for a unit whose application has no public format.

The columns are those of the shared form and documented as ours. Signing and sending stay with the client.
"""
