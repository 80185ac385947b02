def used(): return "local resource"
