"""Answers over HTTP.

app             the parts put together
answers         questions: /v1/answers, /v1/search, /v1/feedback
talks           conversations between two questions
completions     questions in the form of OpenAI's API: /v1/chat/completions, /v1/models
sources         what is asked about: /v1/sources, /v1/suggestions, /v1/generations
uploads         files put in: /v1/uploads
indexing        the index that is made of them
health          /healthz, /readyz, /metrics
records         what is taken and given, as OpenAPI tells it
examples        what is given, by example
openai          what is taken and given in the form of OpenAI's API
problems        what goes wrong, as application/problem+json
gate            what every request passes: id, host, key, rate, size; and what every response carries
body            how large a body may be, and how long it may take
origins         which pages of the web may ask
pool            the threads that answer, and the generation they answer from
drain           how it comes to its end
telemetry       counts, latencies and spans
"""
