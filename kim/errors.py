"""The one exception that is meant for people."""


class KimError(Exception):
    """Something an operator or volunteer can mend; shown without a traceback.

    Everything else that is raised is a bug and keeps its traceback. `exitcode` is what Pelican's own
    command exits with.
    """

    exitcode = 1
