# run: -m app.cli
