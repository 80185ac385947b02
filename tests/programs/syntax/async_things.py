import asyncio, json
from clustrix import cluster

class Ctx:
    async def __aenter__(self): return "ctx"
    async def __aexit__(self, *e): return False

async def agen(n):
    for i in range(n):
        yield i
        await asyncio.sleep(0)

async def helper(x):
    async with Ctx() as c:
        return [c, [i async for i in agen(x)]]

@cluster
async def f(x):
    return await helper(x)

@cluster
def g(x):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(helper(x))
    finally:
        loop.close()

if __name__ == "__main__":
    out = f(3)
    if asyncio.iscoroutine(out):
        loop = asyncio.new_event_loop(); out = loop.run_until_complete(out); loop.close()
    print(json.dumps([out, g(2)]))
