"""Work that is divided: tasks wait in one executor, and each runs in a process of its own."""

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.forkserver import ensure_running
from typing import ParamSpec, TypeVar

from analysis.errors import WardPlansError

_P = ParamSpec("_P")
_Result = TypeVar("_Result")

_running: set[ForkServerProcess] = set()


class WorkerDiedError(WardPlansError):
    """The process of a task ended without a result, or was ended because it took too long."""


@contextmanager
def executor(*, jobs: int | None = None, dask: str | None = None, preload: Sequence[str] = ()) -> Iterator[Executor]:
    """Give an executor for tasks that are submitted as `isolated`.

    Left by an exception, it ends what is still at work.

    Args:
        jobs: how many tasks run at a time on this machine; as many as it has cores when None.
        dask: the address of a Dask cluster's scheduler, whose workers then run them; they have to see the same files.
        preload: the modules of the functions that will be run, which this machine's processes then import at once.

    Raises:
        WardPlansError: `jobs` is below one, Dask is not installed, or its scheduler does not answer.

    Example:
        >>> with executor() as workers:
        ...     future = workers.submit(isolated, sum, [1, 2])
    """
    with _on_dask(dask) if dask else _on_this_machine(jobs, preload) as workers:
        try:
            yield workers
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            for process in tuple(_running):
                _kill(process)
            raise


def isolated(function: Callable[..., _Result], *arguments: object, seconds: float | None = None) -> _Result:
    """Return what a function returns that runs in a process of its own.

    The process is forked from a server that has imported the function's module and run nothing, so that imports are
    paid once and no task sees what another has done. Function, arguments and result are pickled. What the function
    starts ends with it, and it ends with the process that called.

    Args:
        function: of the top level of a module.
        arguments: its arguments.
        seconds: how long it may take; None for as long as it likes.

    Raises:
        WorkerDiedError: the process ended without a result, or was ended after `seconds`.
        Exception: whatever the function raises.
    """
    context = _server(function.__module__)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(sender, function, arguments))
    try:
        process.start()
    except AssertionError as error:  # multiprocessing forbids it to a worker that Dask's nanny started
        raise WardPlansError(
            f"this worker may start no process ({error}): start Dask's workers with --no-nanny, or with "
            "DASK_DISTRIBUTED__WORKER__DAEMON=False in the environment"
        ) from error
    _running.add(process)
    sender.close()
    try:
        return _outcome(process, receiver, seconds)
    finally:
        _kill(process)
        process.join()
        _running.discard(process)
        receiver.close()


def _server(*modules: str) -> ForkServerContext:
    """Return the context of the server, which runs then, and hears what it is to import only before it does."""
    context = get_context("forkserver")
    # Main is imported there as well, or each process would do it again. IPython's debugger is of no use there, and
    # complains that it cannot be used.
    context.set_forkserver_preload(["__main__", *modules])
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    with _deaf_to_interrupts():
        ensure_running()
    return context


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ignore Ctrl-C in the block, and in what is started there: a server that is still importing would end by it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _outcome(process: ForkServerProcess, receiver: Connection, seconds: float | None) -> _Result:  # type: ignore[type-var]
    if not wait([receiver, process.sentinel], timeout=seconds):
        raise WorkerDiedError(f"no end after {seconds:g} seconds")
    try:
        is_result, value = receiver.recv()
    except EOFError:
        process.join()
        code = process.exitcode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        raise WorkerDiedError(f"its process ended without a result ({how})") from None
    if is_result:
        return value  # type: ignore[no-any-return]
    raise value


def _serve(sender: Connection, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    os.setsid()  # one group with all that the function starts
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which the server ignores
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        answer = (True, function(*arguments))
    except Exception as error:
        answer = (False, error)
    try:
        sender.send(answer)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        sender.send((False, TypeError(f"what {function.__qualname__} gave cannot be passed on: {error}")))
    sender.close()
    os._exit(0)  # threads that libraries left behind are not waited for


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os.killpg(0, signal.SIGKILL)


def _kill(process: ForkServerProcess) -> None:
    """End a process and all that it started."""
    if process.pid is None:
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        process.kill()  # should it not yet be a group of its own


@contextmanager
def _on_this_machine(jobs: int | None, preload: Sequence[str]) -> Iterator[Executor]:
    if jobs is not None and jobs < 1:
        raise WardPlansError(f"jobs is a number from 1 on: not {jobs}")
    if preload:
        _server(*preload)
    with ThreadPoolExecutor(jobs or len(os.sched_getaffinity(0))) as workers:
        yield workers


@contextmanager
def _on_dask(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise WardPlansError("Dask is not installed: pip install 'ward-plans[dask]'") from error
    try:
        client = Client(address, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise WardPlansError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        yield client.get_executor()  # type: ignore[no-untyped-call]
