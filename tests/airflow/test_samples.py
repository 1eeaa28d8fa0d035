"""What is made wrong in the sample district, once."""
