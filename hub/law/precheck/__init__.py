"""The pre-check of an agreement before judicial confirmation: rules as data, and what each looks at. Pure."""
