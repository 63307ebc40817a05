"""Where pull requests live: one module for each kind of forge, all of the shape of `base.Forge`."""
