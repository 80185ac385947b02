# A script that runs two folders beneath its project's, and names what lies there.
import os, sys
os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "project", "work", "deep"))
os.execv(sys.executable, [sys.executable, "-W", "error", "run.py"])
