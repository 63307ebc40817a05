"""The parts of `invoke serve`: a warm build, the site as it stands, and what is added to a page on its way.

Nothing of this is ever written into the output folder.
"""
