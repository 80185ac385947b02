try:
    import only_here as json
except ImportError:
    import json
try:
    import tomllib
except ImportError:
    import tomli as tomllib


def packed(value):
    return json.dumps(value)


def unused_is_harmless():
    return 1


def read(text):
    return tomllib.loads(text)
