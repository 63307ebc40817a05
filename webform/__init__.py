"""The web form service: a form becomes a pull request."""
