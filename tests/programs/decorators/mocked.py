import json
from unittest import mock
from clustrix import cluster

def fetch(x): return "real"
class Service:
    url = "http"
    def get(self): return "real " + self.url

@cluster
def ask(service): return service.get(), service.url

@cluster
def f(x): return [fetch(x), Service().get(), Service.url]

if __name__ == "__main__":
    with mock.patch("__main__.fetch", lambda x: "fake %d" % x), mock.patch.object(Service, "get", lambda self: "fake get"):
        print(json.dumps(f(1)))
    with mock.patch("__main__.fetch", return_value="mocked"), mock.patch.object(Service, "url", "ftp"):
        print(json.dumps(f(2)))
    with mock.patch("__main__.fetch", side_effect=lambda x: x * 100):
        print(json.dumps(f(2)))
    print(json.dumps(f(1)))
    with mock.patch("__main__.fetch", autospec=True, return_value="like it"):
        print(json.dumps(f(3)))
    told = mock.create_autospec(Service, instance=True)
    told.get.side_effect = lambda: "specified"
    told.url = "here"
    print(json.dumps(ask(told)))
