def ten(): return "ten"
