async def python_step(session):
    session.check("was called", True)
