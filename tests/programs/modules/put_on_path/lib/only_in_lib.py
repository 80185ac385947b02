import only_in_lib_too

NAME = only_in_lib_too.NAME
