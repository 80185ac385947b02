from tools.one import TEXT as FIRST

TEXT = FIRST + ", two"
