"""Run a program that ends when the process which started it ends, however that happens.

``python -I -S leash.py PARENT COMMAND...`` ties itself to its parent (Linux's PR_SET_PDEATHSIG) and becomes COMMAND.
Elsewhere than on Linux it only becomes COMMAND. It stands alone: it imports nothing of ours, so that it is quick.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>."""


def tie(parent: int) -> None:
    """Be killed when ``parent`` ends. Exits at once where it has ended already.

    The signal is SIGKILL: whatever state a program is in, it goes. None of ours needs warning, since an
    interrupted turn or send is taken up again from the database.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the process that started this one is gone")


if __name__ == "__main__":
    tie(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the supervisor wrote this command
