"""Workers on a cluster by Ray: an actor each.

Not by `map_batches` of Ray Data over a pool of actors: what is lost with an actor is tried again there without end, or
dropped as a whole block without a word of which document it was, and a pool whose actor is gone may wait for ever.
Actors by themselves leave it to `ingest.work.workers` what becomes of lost ones, which is the same here as on one
machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import partial
from importlib.util import find_spec
from typing import Any

from ingest.errors import PackageMissing, WorkerLost, WorkerMissing, needing
from ingest.work.workers import Work, Worker, Workers

# The address that stands for a cluster of this machine alone, which is started and ended with the work.
LOCAL = "local"
# How an address begins that is reached from outside of the cluster.
_CLIENT = "ray://"
# What a cluster of this machine keeps for objects: texts and vectors of some windows, of half a megabyte each.
_OBJECTS = 2**28


@contextmanager
def ray_workers(address: str, work: Work, count: int | None = None) -> Iterator[Workers]:
    """`count` workers on the cluster at `address` (LOCAL, `auto`, `HOST:PORT`, `ray://HOST:PORT`), or one a processor.

    A graphics card of the cluster is shared by those that there are.  Raises PackageMissing, and WorkerMissing where
    there is no such cluster.
    """
    # Ray tells its makers how it is used unless it is told not to, and reads this when it is imported.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    with needing("ray"):
        import ray

    if address.startswith(_CLIENT) and find_spec("grpc") is None:
        raise PackageMissing(
            f"grpcio, by which Ray reaches an address {_CLIENT}…, is not installed; install it with: "
            "pip install 'ray[client]', or say --ray auto on a machine of the cluster"
        )
    given: dict[str, Any] = {"address": address, "log_to_driver": False, "logging_level": "error"}
    if address == LOCAL:
        given |= {"num_cpus": count, "include_dashboard": False, "object_store_memory": _OBJECTS}
        given |= {"_node_ip_address": "127.0.0.1"}
    # What Ray says of lost actors, and at its end, it says on standard output, where what is asked of us is expected.
    with redirect_stdout(sys.stderr):
        try:
            ray.init(**given)
        except ModuleNotFoundError as error:
            raise PackageMissing(
                f"{error.name} is not installed; install it with: pip install 'ray[client]'"
            ) from error
        except (ConnectionError, ValueError, RuntimeError) as error:
            why = f"there is no Ray cluster at {address} ({error}); start one, or say --ray {LOCAL}"
            raise WorkerMissing(why) from error
        try:
            there = ray.cluster_resources()  # type: ignore[no-untyped-call]
            count = count or int(there.get("CPU", 1))
            share = min(1.0, there.get("GPU", 0) / count)
            with Workers(work.blocks, count, partial(Actor, work, share)) as workers:
                yield workers
        finally:
            ray.shutdown()


class Actor:
    """A worker in an actor."""

    def __init__(self, work: Work, cards: float) -> None:
        """Start it, with so much of a graphics card, and wait until it has begun; raises WorkerLost, WorkerMissing."""
        import ray

        self._actor: Any = ray.remote(num_cpus=1, num_gpus=cards, max_restarts=0)(Worker).remote(work)
        self.do("begin")

    def do(self, what: str, *arguments: object) -> Any:  # noqa: ANN401
        """Call a method of the worker; raises what that raises, and WorkerLost where the actor came to its end."""
        import ray
        from ray.exceptions import RayError, RayTaskError

        try:
            return ray.get(getattr(self._actor, what).remote(*arguments))
        except RayTaskError as error:
            raise error.cause from None
        except RayError as error:
            raise WorkerLost(str(error).strip().splitlines()[0]) from None

    def end(self) -> None:
        """End the actor at once; what it is doing is lost."""
        import ray

        ray.kill(self._actor)
