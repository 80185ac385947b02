import json

import scopes
from clustrix import cluster
from scopes import OUTERMOST, study

scope = scopes.enter()


@cluster
def job():
    scope.names["there"] = [3]
    same = [scope is scopes.current, scope.above is OUTERMOST, OUTERMOST is scopes.OUTERMOST, study is scopes.study]
    return scopes.told(), same, scopes.current.find("there"), OUTERMOST.names


if __name__ == "__main__":
    scope.names["inner"] = [1]
    OUTERMOST.names["outer"] = [2]
    study.options = scopes.Options(4)
    study.engine.options = scopes.Options(5)
    scopes.Noted.kind = "changed"
    print(json.dumps(job()))
