"""What users of a shop do, for python.yaml: every function is given the user's session first."""

import hashlib


async def setup(session):
    """Once in the whole run; what it returns is the `data` of all other functions."""
    response = await session.get("/json")
    return {"currency": "EUR", "status": response.status}


def hello(session):
    """Before a user's first iteration: functions that need not wait may be plain ones."""
    session.vars["greeting"] = f"user {session.vu}"


async def order(session, data, ctx):
    """One iteration of a buyer."""
    with session.group("order"):
        response = await session.post("/echo", json={"item": ctx["iteration"], "currency": data["currency"]})
        session.check("is accepted", response.status == 200)
        session.check("is what was sent", "EUR" in response.text)
    session.counter("orders")
    await session.sleep(session.random.uniform(0.005, 0.015))


def signature(text):
    """For `${python: …}` in a template."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
