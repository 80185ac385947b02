def mine(): return "local calendar"
