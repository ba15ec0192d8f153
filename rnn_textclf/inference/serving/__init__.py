"""A trained run as a page and an HTTP interface: `infer.py --serve`.

  server.py         socket, process, signals
  app.py            the routes
  endpoints.py      one function an HTTP route; word_stream.py: the WebSocket of the page
  scoring_queue.py  texts that arrive together are scored together
  prefix_cache.py   the state after each prefix, so that one more word costs one step
  http/             limits, security, metrics, OpenAPI
  page/             HTML, style and scripts, served as they are

Starlette, uvicorn, websockets and prometheus-client are imported here and nowhere else.
"""
