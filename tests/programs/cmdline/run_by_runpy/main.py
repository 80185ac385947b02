import json
import os
import runpy

HERE = os.path.dirname(os.path.abspath(__file__))

if __name__ == "__main__":
    ran = runpy.run_path(os.path.join(HERE, "job.py"), init_globals={"GIVEN": 7}, run_name="jobname")
    print(json.dumps([ran["result"], ran["f"](1)[0], type(ran["f"](1)[1]) is ran["Kept"]]))
    print(json.dumps(runpy.run_module("jobmod", run_name="other")["result"]))
    print(json.dumps(runpy.run_module("jobmod", run_name="other", alter_sys=True)["result"]))
    print(json.dumps(runpy.run_module("jobmod", alter_sys=True)["result"]))
