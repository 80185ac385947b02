# run: stdin
# What a program of the standard input has compiled under that name stands in a text of its own.
ns = {}
def f(x): return "typed %d" % x
exec(compile("\n\n\ndef f(x): return 'compiled %d' % x", "<stdin>", "exec"), ns)
from clustrix import cluster
g = ns["f"]
@cluster
def run(x): return [f(x), g(x)]
print(run(1))
