import array, collections, datetime, decimal, enum, io, ipaddress, json, pathlib, re, string, struct, time, types, uuid
from clustrix import cluster
class Color(enum.IntEnum): RED = 1
@cluster
def f(d):
    return [sorted(d), d["path"].name, d["when"].year, d["buf"].getvalue(), d["re"].sub("x", "aa"), d["ns"].a, d["tz"].utcoffset(None).seconds, d["ip"].version, d["color"] is Color.RED, d["arr"][1], d["cd"]["x"], d["st"].tm_year, d["sl"].start], d
if __name__ == "__main__":
    args = dict(path=pathlib.Path("a/b.txt"), when=datetime.datetime(2020, 1, 1), buf=io.StringIO("text"), re=re.compile("a"), ns=types.SimpleNamespace(a=1), tz=datetime.timezone(datetime.timedelta(hours=1)), ip=ipaddress.ip_address("::1"),
        color=Color.RED, arr=array.array("i", [1, 2]), cd=collections.ChainMap({"x": 1}), st=time.gmtime(0), sl=slice(1, 2), nt=collections.namedtuple("Q", "z")(3), by=io.BytesIO(b"x"))
    out, back = f(args)
    print(json.dumps(out)); print(type(back["path"]) is type(args["path"]), back["nt"].z, type(back["nt"]).__name__, back["by"].read())
