from loadr_python.engine import PythonEngine
from loadr_testing.conformance import ScriptEngineConformance


class TestPython(ScriptEngineConformance):
    engine_class = PythonEngine
    source = """
n = 0
async def echo(session, value):
    return value
def fail(session):
    raise ValueError("on purpose")
def count(session):
    global n
    n += 1
    return n
async def rest(session, seconds):
    await session.sleep(seconds)
"""
