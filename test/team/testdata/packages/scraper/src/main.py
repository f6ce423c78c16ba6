"""The scraper's API."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    """Answer the load balancer."""
    return {"status": "ok"}
