"""A papermill engine whose kernel is the process that it runs in: for processes that have everything imported.

The kernel is ipykernel's own for use in a process: cells, magics, outputs and errors are those of any other IPython
kernel. What starting one takes, and the sockets, are not needed; a process runs one notebook and ends.
"""

from contextlib import redirect_stderr, redirect_stdout
from queue import Empty
from types import SimpleNamespace
from typing import Any

from ipykernel.inprocess.blocking import BlockingInProcessKernelClient
from ipykernel.inprocess.ipkernel import InProcessKernel
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionComplete, CellExecutionError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

ENGINE = "warm"
"""The name that `papermill.execute_notebook` knows the engine by."""

#: Nothing of a run is kept for the person who started it, and nothing of theirs is read.
_CONFIG = Config({"HistoryManager": {"enabled": False}})

#: The kernel answers before `execute` returns; only its output passes through a thread.
_OUTPUT_SECONDS = 60


class WarmEngine(NBClientEngine):  # type: ignore[misc]
    """Runs the cells of a notebook in this process."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_options: Any) -> NotebookNode:
        """Run the cells; what papermill has to tell a kernel of its own is of no concern here."""
        return _WarmClient(nb_man, kernel_name=kernel_name).execute()


class _WarmKernel(InProcessKernel):
    """ipykernel's own, in whose cells one can await as well: it then asks for a thread that it lacks in a process."""

    shell_channel_thread = SimpleNamespace(parent_thread=None)
    _supports_kernel_subshells = False


class _WarmClient(PapermillNotebookClient):  # type: ignore[misc]
    """nbclient's handling of cells and outputs, with a kernel that is asked directly."""

    def execute(self, **_options: Any) -> NotebookNode:
        self.reset_execution_trackers()
        session = Session(key=b"")
        kernel = _WarmKernel(session=session, config=_CONFIG)  # type: ignore[no-untyped-call]
        client = BlockingInProcessKernelClient(kernel=kernel, session=session)
        client.start_channels()  # type: ignore[no-untyped-call]
        client.allow_stdin = False
        self.kc = client
        # From the first, so that what is printed is known as the cell's that is told of at the begin of each.
        with redirect_stdout(kernel.stdout), redirect_stderr(kernel.stderr):
            self.papermill_execute_cells()
        self.nb.metadata["language_info"] = kernel.language_info
        kernel.iopub_thread.stop()  # type: ignore[no-untyped-call]
        notebook: NotebookNode = self.nb
        return notebook

    def execute_cell(self, cell: NotebookNode, cell_index: int, **_options: Any) -> NotebookNode:
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        cell.metadata["execution"] = {}
        cell.outputs = []
        self.clear_before_next_output = False
        asked = self.kc.execute(cell.source, store_history=True)
        reply = self.kc.shell_channel.get_msg(timeout=_OUTPUT_SECONDS)
        self._take_outputs(asked, cell, cell_index)
        cell.outputs = _joined_streams(cell.outputs)
        self.code_cells_executed += 1
        if reply["content"]["status"] == "error":
            raise CellExecutionError.from_cell_and_msg(cell, reply["content"])
        return cell

    def _take_outputs(self, asked: str, cell: NotebookNode, cell_index: int) -> None:
        while True:
            try:
                message = self.kc.iopub_channel.get_msg(timeout=_OUTPUT_SECONDS)
            except Empty:
                raise RuntimeError("the kernel did not say that it had finished the cell") from None
            if message["parent_header"].get("msg_id") == asked:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    return


def _joined_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return outputs with what was printed in one go in one piece, however many it came in."""
    joined: list[NotebookNode] = []
    for output in outputs:
        before = joined[-1] if joined else {}
        if output.output_type == "stream" and before.get("name") == output.name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


papermill_engines.register(ENGINE, WarmEngine)
