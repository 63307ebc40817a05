"""What an operator runs. Drives the build as a command; imports neither Pelican nor its plugins."""
