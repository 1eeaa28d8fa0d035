"""What the program is built from, as a CycloneDX list, held against advisories somebody brought."""
