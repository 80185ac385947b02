class PipelineError(Exception):
    def __init__(self, stage, why):
        super(PipelineError, self).__init__("%s: %s" % (stage.name, why))
        self.stage = stage
