# run: -m study.run
