"""The core of the portal: what a network, a group and a post are, and the rules that they keep.

Pure and typed. It knows nothing of Pelican, of HTML pages or of a web server; three callers share it:
the check on a pull request (`python -m kim check`), the build (`plugins/`) and the web form.
"""
