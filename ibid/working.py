"""The processes that read and embed for `ibid index`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from ibid.places import Places, remembered_precision
from ingest import Limits, SentenceEncoder, Work, Workers, open_bulk


@contextmanager
def working(
    places: Places,
    encoder: SentenceEncoder,
    count: int | None,
    ray: str | None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Iterator[Workers | None]:
    """`count` processes, or actors of the Ray cluster at the address `ray`, while they are needed; None with neither.

    Together they take as many processors as there are for this process, and on a cluster one each.  A file
    is read within `limits`.  Raises WorkerMissing, and PackageMissing where Ray is not installed.
    """
    if ray:
        from ingest.work.rays import ray_workers

        with ray_workers(ray, _work(places, encoder, 1, limits), count) as workers:
            yield workers
    elif count:
        from ingest.work.process import local_workers

        with local_workers(
            _work(places, encoder, len(os.sched_getaffinity(0)) // count or 1, limits), count
        ) as workers:
            yield workers
    else:
        yield None


def _work(places: Places, encoder: SentenceEncoder, threads: int, limits: Limits) -> Work:
    opened = partial(open_bulk, encoder.name, remembered_precision(), threads)
    return Work.of(places.index.absolute(), opened, encoder.fingerprint, (places.corpus.absolute(),), limits)
