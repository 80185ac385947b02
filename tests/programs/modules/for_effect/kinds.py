from base import Base
class One(Base): pass
class Two(Base): pass
