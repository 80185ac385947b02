import json
import sys

print(json.dumps({"got": int(sys.argv[1])}))
