"""Progress of a sweep: one bar over all workers, in a terminal or in a notebook."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

Progress = Callable[[int, int, int], None]
"""Called with runs done, runs in all, and runs among the done ones that failed."""


def silent(_done: int, _total: int, _failed: int) -> None:
    """No progress is shown."""


@contextlib.contextmanager
def bar(text: str) -> Iterator[Progress]:
    """A bar with the time left; silent where nobody watches."""
    from tqdm.auto import tqdm
    from tqdm.std import tqdm as plain

    in_notebook = _in_notebook()
    chosen = tqdm if in_notebook else plain
    shown = chosen(
        desc=text, unit="run", disable=False if in_notebook else None, leave=in_notebook,
        file=None if in_notebook else sys.stderr,
    )

    def progress(done: int, total: int, failed: int) -> None:
        if shown.total is None:  # what was there before takes no time and says nothing of it
            shown.reset(total)
            shown.initial = shown.n = done
            shown.refresh()
        shown.update(done - shown.n)
        if failed:
            shown.set_postfix(failed=failed)

    with shown:
        yield progress


def _in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and "IPKernelApp" in shell.config
