# A script that runs in a folder of its project, and its data in another one beside that.
import os, runpy, sys
os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "project", "scripts"))
script = os.path.join(os.getcwd(), "study.py")
os.execv(sys.executable, [sys.executable, "-W", "error", script])
