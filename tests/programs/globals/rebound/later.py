from settings import LEVELS, TABLE
