def key(): return "shadow"
