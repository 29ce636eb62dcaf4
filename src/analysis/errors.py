"""The errors people see: one base class, so that the command line can tell them from our own mistakes."""


class WardPlansError(Exception):
    """An expected failure, with a message that names what was met and says what to do.

    Bad input, a database in use, an unwritable target and the like. The command line prints the message on
    standard error and exits with 1; anything that is not a WardPlansError is a bug and keeps its traceback.
    """


class UsageError(WardPlansError):
    """Something was asked for that there is not, such as a report or a parameter; the command line exits with 2."""
