import contextlib, inspect, io, json, multiprocessing, os, pickle, queue, subprocess, sys, tempfile, threading
from clustrix import cluster
class P:
    def __init__(self, v): self.v = v
def work(x): return [x * 2, os.getpid() != 0]
def child(q): q.put(P(5))
@cluster
def f():
    out = []
    src = inspect.getsource(work); out.append(src.strip())
    out.append(pickle.loads(pickle.dumps(P(3))).v)
    ts = []; got = []
    for i in range(3):
        t = threading.Thread(target=lambda i=i: got.append(i)); t.start(); ts.append(t)
    for t in ts: t.join()
    out.append(sorted(got))
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(2) as ex: out.append(list(ex.map(lambda v: v + 1, [1, 2])))
    ctx = multiprocessing.get_context("fork")
    with ctx.Pool(2) as pool: out.append(pool.map(work, [1, 2]))
    os.chdir(tempfile.mkdtemp()); out.append(os.listdir("."))
    out.append(subprocess.check_output([sys.executable, "-c", "print(6*7)"]).decode().strip())
    buf = io.StringIO()
    with contextlib.redirect_stdout(buf): print("captured")
    out.append(buf.getvalue())
    sys.setrecursionlimit(5000)
    def rec(n): return 0 if n == 0 else 1 + rec(n - 1)
    out.append(rec(3000))
    out.append(__name__)
    return out
@cluster
def spawn():
    ctx = multiprocessing.get_context("spawn")
    q = ctx.Queue()
    p = ctx.Process(target=child, args=(q,)); p.start(); r = q.get(timeout=50); p.join()
    with ctx.Pool(1) as pool: return [r.v, pool.map(work, [4])]
@cluster
def prints():
    print("plain"); print("ünï \u2603"); sys.stdout.flush()
    print("no newline", end="")
    print()
    sys.stdout.write("w\n")
    sys.stdout.flush(); os.write(1, b"raw\n")
    return 1
if __name__ == "__main__":
    print(json.dumps(f()))
    print(json.dumps(spawn()))
    sys.stdout.flush()
    print(prints())
