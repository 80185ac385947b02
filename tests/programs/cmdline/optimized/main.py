# run: -O -W error::UserWarning study.py
