# run: -m experiments.run
