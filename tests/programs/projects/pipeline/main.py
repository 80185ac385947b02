import argparse, json, logging, os
from clustrix import cluster
from pipeline import config, stages
from pipeline.stages import clean, Stage
from pipeline.errors import PipelineError
logging.basicConfig(level=logging.WARNING)
log = logging.getLogger(__name__)
parser = argparse.ArgumentParser(); parser.add_argument("--n", type=int, default=3)
@cluster(cores=2)
def run_stage(stage, rows, cfg=config.DEFAULTS):
    log.info("running %s", stage.name)
    return stage.run(clean(rows), cfg)
def main():
    args = parser.parse_args([])
    config.DEFAULTS["scale"] = args.n
    stage = Stage("sum", weight=2)
    out = run_stage(stage, [1, None, 2])
    print(json.dumps([out.total, out.meta, type(out) is stages.Result]))
    try: run_stage(Stage("bad"), [None])
    except PipelineError as e: print(str(e), e.stage.name, isinstance(e.stage, Stage))
    print([r.total for r in run_stage.map([stage, stage], [[1], [2]])])
if __name__ == "__main__": main()
