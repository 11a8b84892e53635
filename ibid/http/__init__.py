"""Answers over HTTP.

app             the parts put together
answers         questions: /v1/answers, /v1/search, /v1/feedback
sources         what is asked about: /v1/sources, /v1/suggestions, /v1/generations
health          /healthz, /readyz, /metrics
records         what is taken and given, as OpenAPI tells it
examples        what is given, by example
problems        what goes wrong, as application/problem+json
gate            what every request passes: id, host, key, rate, size; and what every response carries
desk            the threads that answer, and the generation they answer from
telemetry       counts, latencies and spans
"""
