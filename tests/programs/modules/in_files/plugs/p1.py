from support import one

NAME = one()
